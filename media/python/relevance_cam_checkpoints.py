"""Writes the checkpoints of an image classifier while it trains, so that Relevance-CAM for VS Code can show, epoch by
epoch, what the network learns to look at. Needs PyTorch 2.0 or newer, or Keras 3, and nothing else.

A loop of your own. The graph is exported once, then every epoch writes the weights:

    from relevance_cam_checkpoints import CheckpointExport

    export = CheckpointExport(model, torch.zeros(1, 3, 224, 224), "runs/first", class_names=classes, mean=mean, std=std)
    export.epoch(0)  # untrained
    for epoch in range(1, epochs + 1):
        train_one_epoch(model)
        export.epoch(epoch)
    export.close()  # waits for the last file

Lightning:

    from relevance_cam_checkpoints import lightning_callback

    trainer = Trainer(callbacks=[lightning_callback("runs/first", example_input=torch.zeros(1, 3, 224, 224))])

Keras 3, on any backend that it exports ONNX from:

    from relevance_cam_checkpoints import keras_callback

    model.fit(x, y, epochs=10, callbacks=[keras_callback("runs/first", class_names=classes)])

What is in the folder then:

    graph.onnx                 the network, exported once
    graph.reference.pt         the weights that graph.onnx holds: tells which of the others belongs where
    epoch_0003.pt              the weights after three epochs, a state_dict as torch.save writes it
    labels.json                the names of the classes, where they are given
    preprocessor_config.json   how pictures are prepared, where mean and std are given

Exporters keep tensors that are equal only once, and those of fresh weights are: every normalisation begins with ones and
zeros. So the graph is exported from a copy in eval mode whose weights and statistics have noise added. The network
itself, its mode, gradients and device, and the state of the random numbers stay as they are.

Every file is written under another name (tmp.*) and renamed when it is whole. Weights are copied to the processor's memory at
once and written in a thread of their own; where writing is slower than training, training waits rather than
collecting copies. A checkpoint that cannot be written is a RuntimeWarning and the training goes on; what cannot be exported at the
start is an exception. In distributed training rank 0 writes; parameters that are sharded over devices (FSDP) are not gathered.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import inspect
import json
import os
import shutil
import sys
import tempfile
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

# PyTorch is imported where it is used: Keras runs on TensorFlow and JAX without it.
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor, nn

__all__ = ["CheckpointExport", "keras_callback", "lightning_callback"]

SEED = 0
NOISE = 0.1
"""In standard deviations of a tensor; of one whose values are equal, as it is."""

INLINE_BYTES = 1_500_000_000
"""An .onnx file holds less than 2 GB; the weights of a larger network go into a file beside it."""


class CheckpointExport:
    """Exports a network's graph once, and writes its weights as the training goes on.

    Can be used in a `with` statement, which closes it.
    """

    def __init__(
        self,
        model: nn.Module,
        example_input: Tensor,
        folder: str | os.PathLike[str],
        every: int = 1,
        *,
        file_format: str = "pt",
        whole_graphs: bool = False,
        class_names: Sequence[str] | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        resize: int | None = None,
        **export_options: Any,
    ) -> None:
        """
        model: the network that is trained, also compiled or within DataParallel or DistributedDataParallel
        example_input: (N, channels, height, width); the first picture of it is used, its values do not count
        folder: of this run alone
        every: write only epochs or steps whose number is a multiple of it
        file_format: "pt", or "safetensors" where that package is installed
        whole_graphs: write an .onnx file each time; takes seconds of the training, since exporters bear no second
            thread. Needed only where the network's structure changes meanwhile
        class_names: in the order of the outputs
        mean, std: of each channel of pictures with values 0 … 1
        resize: the shorter side before the centre is cut out; without it pictures are squashed to the input's size
        export_options: passed on to torch.onnx.export, as opset_version=18 or dynamo=False
        """
        import torch

        if file_format not in ("pt", "safetensors"):
            raise ValueError(f'file_format is "pt" or "safetensors", not {file_format!r}')
        if file_format == "safetensors":
            importlib.import_module("safetensors.torch")
        self._model = _unwrapped(model)
        self._example = example_input[:1].detach().to("cpu", torch.float32)
        self._folder = Path(folder)
        self._every = every
        self._file_format = file_format
        self._whole_graphs = whole_graphs
        self._export_options = export_options
        self._writer = _Writer()
        self._is_main = _is_main_process()
        if not self._is_main:
            return
        height, width = example_input.shape[-2:]
        _describe(self._folder, (height, width), class_names, mean, std, resize)
        if not whole_graphs:
            reference = _copied(self._model)
            _stir(reference)
            _write_state(_state_of(reference), self._folder / "graph.reference.pt")
            _write_graph(reference, self._example, self._folder / "graph.onnx", export_options)

    def epoch(self, number: int) -> None:
        """Writes the network after so many epochs; 0 is the untrained one."""
        self._write(f"epoch_{number:04}", number)

    def step(self, number: int) -> None:
        """Writes the network after so many steps. A run counts either epochs or steps."""
        self._write(f"step_{number:08}", number)

    def close(self) -> None:
        """Waits until the last file is written."""
        self._writer.wait()

    def __enter__(self) -> CheckpointExport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, name: str, number: int) -> None:
        if number % self._every != 0 or not self._is_main:
            return
        if self._whole_graphs:
            path = self._folder / f"{name}.onnx"
            _attempt(path, lambda: _write_graph(_copied(self._model), self._example, path, self._export_options))
        else:
            path = self._folder / f"{name}.{self._file_format}"
            self._writer.wait()
            state = _state_of(self._model)
            self._writer.start(path, lambda: _write_state(state, path))


def lightning_callback(
    folder: str | os.PathLike[str],
    every: int = 1,
    *,
    example_input: Tensor | None = None,
    network: Callable[[Any], nn.Module] | None = None,
    **options: Any,
) -> Any:
    """A Lightning Callback that writes the untrained network and then every so many epochs.

    example_input: without it the module's example_input_array
    network: the network of the LightningModule, as `lambda module: module.net`; without it the module itself
    options: those of CheckpointExport
    """
    # The one of Lightning's two names that the program uses: their classes are not the same.
    used = "pytorch_lightning" if "pytorch_lightning" in sys.modules else "lightning.pytorch"
    base: Any = importlib.import_module(used).Callback

    class LightningCheckpoints(base):
        export: CheckpointExport | None = None

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            example = pl_module.example_input_array if example_input is None else example_input
            if example is None:
                raise ValueError("lightning_callback needs example_input=…, or a module with example_input_array")
            trained = pl_module if network is None else network(pl_module)
            self.export = CheckpointExport(trained, example, folder, every, **options)
            if trainer.current_epoch == 0:
                self.export.epoch(0)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            if self.export is not None:
                self.export.epoch(trainer.current_epoch + 1)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            self._close()

        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            self._close()

        def _close(self) -> None:
            if self.export is not None:
                self.export.close()

    return LightningCheckpoints()


def keras_callback(
    folder: str | os.PathLike[str],
    every: int = 1,
    *,
    class_names: Sequence[str] | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    resize: int | None = None,
    **export_options: Any,
) -> Any:
    """A Keras 3 callback that writes the untrained network and then every so many epochs, each as an .onnx file by
    Keras' own export, which takes a while of the training. Parameters are those of CheckpointExport; export_options
    go to Model.export.
    """
    import keras

    target = Path(folder)

    class KerasCheckpoints(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_begin(self, logs: Any = None) -> None:
            shape = self.model.input_shape
            sides = shape[1:3] if keras.config.image_data_format() == "channels_last" else shape[2:4]
            _describe(target, sides, class_names, mean, std, resize)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 0:
                self._write(0)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if (epoch + 1) % every == 0:
                self._write(epoch + 1)

        def _write(self, number: int) -> None:
            path = target / f"epoch_{number:04}.onnx"
            _attempt(path, lambda: self._export(path))

        def _export(self, path: Path) -> None:
            # On PyTorch the export leaves the network in eval mode.
            was_training = getattr(self.model, "training", False)
            try:
                with _beside(path) as file:
                    self.model.export(str(file), format="onnx", verbose=False, **export_options)
            finally:
                if was_training:
                    self.model.train()

    return KerasCheckpoints()


class _Writer:
    """Writes one file at a time in a thread of its own, which the interpreter waits for when it ends."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="relevance-cam")
        self._running: Future[None] | None = None

    def start(self, path: Path, write: Callable[[], None]) -> None:
        self._running = self._pool.submit(_attempt, path, write)

    def wait(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            # Raises only where the program turned warnings into exceptions.
            running.result()


def _attempt(path: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except Exception as error:
        message = f"{path} was not written ({type(error).__name__}: {error}). The training goes on without it."
        warnings.warn(message, RuntimeWarning, stacklevel=2)


def _unwrapped(model: Any) -> Any:
    """The network within torch.compile, DataParallel and DistributedDataParallel."""
    from torch import nn

    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
        elif isinstance(model, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            model = model.module
        else:
            return model


def _is_main_process() -> bool:
    from torch import distributed

    return not (distributed.is_available() and distributed.is_initialized()) or distributed.get_rank() == 0


def _copied(network: nn.Module) -> nn.Module:
    """A copy on the processor, in float32 and eval mode."""
    # A LightningModule knows its trainer, and that one everything else.
    trainers = [vars(module).get("_trainer") for module in network.modules()]
    memo: dict[int, Any] = {id(trainer): None for trainer in trainers if trainer is not None}
    return copy.deepcopy(network, memo).cpu().float().eval()


def _stir(network: nn.Module) -> None:
    """Adds noise to weights and to the statistics of normalisations, so that no two tensors are equal."""
    import torch

    generator = torch.Generator().manual_seed(SEED)

    def add_noise(tensor: Tensor) -> None:
        if tensor.is_floating_point() and tensor.numel() > 0:
            spread = float(tensor.std(unbiased=False)) or 1.0
            tensor.add_(torch.randn(tensor.shape, generator=generator), alpha=NOISE * spread)

    with torch.no_grad():
        for parameter in network.parameters():
            add_noise(parameter)
        for module in network.modules():
            buffers = dict(module.named_buffers(recurse=False))
            variance = buffers.pop("running_var", None)
            if variance is None:
                continue
            variance.mul_(torch.rand(variance.shape, generator=generator) + 0.5)
            for buffer in buffers.values():
                add_noise(buffer)


def _state_of(network: nn.Module) -> dict[str, Tensor]:
    """The network's tensors by name, copied to the processor's memory."""
    import torch

    options = {"copy": True, "memory_format": torch.contiguous_format}
    entries = network.state_dict().items()
    return {name: value.detach().to("cpu", **options) for name, value in entries if isinstance(value, torch.Tensor)}


def _write_state(state: dict[str, Tensor], path: Path) -> None:
    import torch

    with _beside(path) as file:
        if path.suffix == ".safetensors":
            importlib.import_module("safetensors.torch").save_file(state, str(file))
        else:
            torch.save(state, file)


def _write_graph(network: nn.Module, example: Tensor, path: Path, options: dict[str, Any]) -> None:
    """By PyTorch's exporter of the time; by the older one where packages are missing that the newer one needs."""
    import torch

    parameters = inspect.signature(torch.onnx.export).parameters
    chosen: dict[str, Any] = {"input_names": ["image"], "output_names": ["logits"], "verbose": False}
    if "dynamo" in parameters and not all(importlib.util.find_spec(name) for name in ("onnx", "onnxscript")):
        chosen["dynamo"] = False
    size = sum(tensor.numel() * tensor.element_size() for tensor in network.state_dict().values())
    if "external_data" in parameters and size < INLINE_BYTES:
        chosen["external_data"] = False
    with _beside(path) as file, torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.onnx.export(network, (example,), str(file), **{**chosen, **options})


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Where to write a file that is to appear as a whole; what is written next to it comes along, before it."""
    folder = Path(tempfile.mkdtemp(prefix="tmp.", dir=path.parent))
    try:
        yield folder / path.name
        for file in sorted(folder.iterdir(), key=lambda file: file.name == path.name):
            with open(file, "rb+") as written:
                os.fsync(written.fileno())
            os.replace(file, path.parent / file.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _describe(
    folder: Path,
    sides: Sequence[int],
    class_names: Sequence[str] | None,
    mean: Sequence[float] | None,
    std: Sequence[float] | None,
    resize: int | None,
) -> None:
    """Makes the folder, and writes what Relevance-CAM reads beside a model: labels, and a Hugging Face image processor."""
    if (mean is None) != (std is None):
        raise ValueError("mean and std belong together: give both or neither")
    if resize is not None and mean is None:
        raise ValueError("resize is written together with mean and std: give these as well")
    folder.mkdir(parents=True, exist_ok=True)
    if class_names is not None:
        _write_json(list(class_names), folder / "labels.json")
    if mean is not None and std is not None:
        size = {"height": int(sides[0]), "width": int(sides[1])}
        fit = {"size": size} if resize is None else {"size": {"shortest_edge": resize}, "crop_size": size}
        processor = {
            "do_resize": True,
            **fit,
            "resample": 2,
            "do_center_crop": resize is not None,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [float(value) for value in mean],
            "image_std": [float(value) for value in std],
        }
        _write_json(processor, folder / "preprocessor_config.json")


def _write_json(value: Any, path: Path) -> None:
    with _beside(path) as file:
        file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
