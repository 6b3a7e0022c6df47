/** The file that training programs import; it lies in the package. */
export const CALLBACK_FILE = 'relevance_cam_checkpoints.py';

/** Lines of Python for one way of training. */
export interface Snippet {
  /** What people call that way. */
  readonly name: string;
  readonly code: string;
}

export const SNIPPETS: readonly Snippet[] = [
  {
    name: 'PyTorch',
    code: `from relevance_cam_checkpoints import CheckpointExport

# mean, std: of each channel, for pictures of values 0 … 1; class_names: in the order of the outputs
export = CheckpointExport(
    model, torch.zeros(1, 3, 224, 224), "runs/first", every=1, class_names=class_names, mean=mean, std=std
)
export.epoch(0)  # untrained
for epoch in range(1, epochs + 1):
    ...  # train for one epoch
    export.epoch(epoch)
export.close()
`,
  },
  {
    name: 'Lightning',
    code: `from relevance_cam_checkpoints import lightning_callback

# mean, std: of each channel, for pictures of values 0 … 1; class_names: in the order of the outputs
checkpoints = lightning_callback(
    "runs/first", every=1, example_input=torch.zeros(1, 3, 224, 224), class_names=class_names, mean=mean, std=std
)
trainer = Trainer(callbacks=[checkpoints])
`,
  },
  {
    name: 'Keras',
    code: `from relevance_cam_checkpoints import keras_callback

# class_names: in the order of the outputs
checkpoints = keras_callback("runs/first", every=1, class_names=class_names)
model.fit(x, y, epochs=epochs, callbacks=[checkpoints])
`,
  },
];
