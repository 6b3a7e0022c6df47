import { fail } from '../failure.js';
import { readExternalData } from './externalData.js';
import { packedLength, unpacked } from './fourBits.js';
import { TensorProto_DataLocation, type TensorProto } from './gen/onnx_pb.js';
import { byteLength, DataType, dataTypeName, isShape, type Tensor } from './tensor.js';

/**
 * A constant as a file keeps it, in raw or typed fields or in a file beside it.
 * @param name what a person finds the tensor by: that of its node where it has none of its own
 * @throws impossibleShape, constantType, constantLength, externalData…
 */
export function readTensor(tensor: TensorProto, file: string, name: string = tensor.name): Tensor {
  const { dataType } = tensor;
  const dims = tensor.dims.map(Number);
  const shape = `[${dims.join(', ')}]`;
  if (!isShape(dims)) throw fail('impossibleShape', { file, tensor: name, shape });
  if (dataType === DataType.STRING)
    return { dataType, dims, bytes: new Uint8Array(), strings: tensor.stringData.map(decodeText) };
  const expected = byteLength(dataType, dims) ?? packedLength(dataType, dims);
  if (expected === null) throw fail('constantType', { file, tensor: name, type: dataTypeName(dataType) });
  const bytes = isExternal(tensor)
    ? readExternalData(tensor, expected, file)
    : tensor.rawData.length > 0
      ? tensor.rawData
      : typedData(tensor);
  if (bytes.length !== expected)
    throw fail('constantLength', { file, tensor: name, found: bytes.length, shape, expected });
  return unpacked({ dataType, dims, bytes });
}

/** A text as ONNX stores it. */
export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

export function isExternal({ dataLocation }: TensorProto): boolean {
  return dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** Bytes of a tensor that is stored in a typed field instead of raw_data (TensorProto, onnx.proto). */
function typedData(tensor: TensorProto): Uint8Array {
  const bytesOf = (values: ArrayBufferView): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return bytesOf(Float32Array.from(tensor.floatData));
    case DataType.DOUBLE:
      return bytesOf(Float64Array.from(tensor.doubleData));
    case DataType.INT64:
      return bytesOf(BigInt64Array.from(tensor.int64Data));
    case DataType.UINT64:
      return bytesOf(BigUint64Array.from(tensor.uint64Data));
    case DataType.UINT32:
      return bytesOf(Uint32Array.from(tensor.uint64Data, Number));
    case DataType.INT32:
      return bytesOf(Int32Array.from(tensor.int32Data));
    case DataType.INT16:
    case DataType.UINT16:
    case DataType.FLOAT16:
    case DataType.BFLOAT16:
      return bytesOf(Uint16Array.from(tensor.int32Data));
    default:
      return bytesOf(Uint8Array.from(tensor.int32Data));
  }
}
