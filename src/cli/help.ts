import { METHODS } from '../protocol/methods.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';

export const HELP = `Explains image classifiers stored as ONNX: where a model looked for a class, at every layer.

Usage
  relevance-cam explain --model M (--image I | --input X.npy) [options]
  relevance-cam watch --runs DIR… --images I… --out DIR [options]
  relevance-cam inspect --model M [options]

explain
  --model M             the model, an .onnx file
  --weights FILE        a checkpoint to take the weights from: .safetensors, what torch.save writes, or an index
  --reference FILE      the checkpoint that the model was exported from, where names do not tell which weights are which;
                        without it M.reference.pt beside M.onnx
  --image I             the picture: png, jpg, webp, bmp, gif, tiff or avif
  --input X.npy         the model's input itself: an array of the input's shape
  --method METHOD       how to explain; may be repeated; without it relevance-cam, or lrp for the
                        pixels of a model without feature maps. One of
                        ${METHODS.join(', ')}
  --class INDEX|NAME    the class to explain; may be repeated; without it the predicted one
  --layers LIST         all, or names separated by commas: layers or modules as "inspect" lists them, their tensors,
                        globs such as "layer2/*", or the input's name for its pixels (lrp, clrp); may be repeated;
                        without it all
  --top K               how many of the heaviest channels to name for each layer; without it 3
  --settings FILE       JSON with values of the setting relevanceCam.models: fit, resize, mean, std, labels, input,
                        inputs, …; --preprocessing FILE is the same
  --output NAME         the output of one value per class, where the model has several
  --activation A        what its values are: softmax, sigmoid, or none where they are no probabilities
  --max-megapixels N    larger pictures are refused; without it ${DEFAULT_MAX_MEGAPIXELS}
  --threads N           threads of a run, with every command; without it as many as the process may use
  --json FILE|-         writes the explanation as JSON, - to standard output; several as the list "explanations"
  --out FILE.png        draws all maps as one grid with captions
  --out DIR             writes for each layer an overlay (PNG) and the raw map (.npy), and last manifest.json;
                        several methods or classes into folders METHOD/CLASS

inspect
  --model M             the model, an .onnx file
  --preprocessing       tells only how a picture would be prepared, and where that was taken from
  --weights FILE, --reference FILE, --settings FILE, --output NAME, --activation A
                        as for explain
  --json FILE|-         writes what is found as JSON, - to standard output

watch
  --runs DIR…           folders of training runs, whose checkpoints are explained as they appear, the newest first
  --graph MODEL.onnx    where checkpoints hold weights alone: the exported model; without it the one beside or above them
  --reference FILE      where the exporter folded weights: the checkpoint that the graph was exported from
  --images I…           pictures to explain at every checkpoint
  --method, --layers, --settings, --max-megapixels
                        as above
  --class INDEX|NAME    the class to explain; without it the one that the picture's folder is named after, or else what
                        the last checkpoint predicts
  --out DIR             for each run and picture an overlay of every layer at every checkpoint, a strip of them, and
                        checkpoints.csv
  --json FILE|-         writes a line of JSON for each picture at each checkpoint
  --once                ends when all that is there has been explained

Other
  --help, --version

Exit status
  0  done; for inspect: every layer can be explained
  2  it could not be done, and the reason was told
  3  inspect: some layers cannot be explained
  130, 143, 141
     ended by an interrupt (SIGINT), by SIGTERM, or because nobody reads the output any more (SIGPIPE)
`;
