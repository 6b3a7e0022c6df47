import { METHODS } from '../protocol/methods.js';
import { METRICS } from '../protocol/metrics.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../protocol/picture.js';
import { SANITY_SEED } from '../protocol/sanity.js';

export const HELP = `Explains image classifiers stored as ONNX: where a model looked for a class, at every layer.

Usage
  relevance-cam explain --model M (--image I | --input X.npy) [options]
  relevance-cam watch --runs DIR… --images I… --out DIR [options]
  relevance-cam inspect --model M [options]
  relevance-cam sanity --model M --image I… --layers LIST --out DIR [options]
  relevance-cam evaluate --model M --images DIR… --out REPORT [options]
  relevance-cam evaluate --merge REPORT… --out REPORT [options]

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
  --device D            with every command: auto, cpu or gpu; without it auto, the graphics card for further pictures of
                        a model that it computes alike and faster
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
  --runs DIR|GLOB…      folders of training runs, whose checkpoints are explained as they appear, the newest first, or
                        globs of the checkpoints, quoted: 'runs/*/epoch_*.pth'
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

evaluate
  --model M, --weights, --reference, --settings, --output, --activation, --max-megapixels
                        as above
  --images DIR…         pictures: folders with all below them, files, globs
  --boxes FILE…         files and folders that say what the pictures show, besides what lies beside them
  --methods LIST        by commas; without it relevance-cam
  --layers LIST         as above; without it the ends of the model's stages
  --metrics LIST        by commas; without it average-drop,average-increase. Any of
                        ${METRICS.join(', ')}
  --limit N, --seed S   N pictures, drawn at random with the seed S, 0 without it; without --limit all
  --only-correct        means are over the correctly classified pictures alone
  --no-channels         do not keep which pictures excite each channel of the layers most
  --out REPORT          the report, for example photos.relcam.json. What is done is kept in REPORT.journal beside it: the
                        same command goes on where it ended
  --csv FILE, --markdown FILE, --latex FILE
                        writes the means as tables too
  --html FILE           writes the report as one page that a browser opens, with its best and worst pictures
  --shard I/N           evaluates the I-th of N parts; auto takes both from an array job of Slurm or, with auto/N, of
                        Kubernetes. Each part has a REPORT of its own
  --merge REPORT…       joins the reports of all parts to that of a single run
  --baseline REPORT     an earlier report to compare with, picture by picture
  --fail-if "METRIC@LAYER > +CHANGE"
                        ends with status 1, and names what got worse, where the mean has risen by more, or with
                        "< -CHANGE" has fallen by more; percentages in points; without @LAYER at any layer; may be repeated

sanity
  --model M, --image I…, --layers LIST
                        the model, pictures, and layers as for explain, whose maps must change when what the model has
                        learned is drawn anew at random, from the logits down to the first layer, a module at a time
  --methods LIST        methods separated by commas, but for score-cam; without it relevance-cam
  --class INDEX|NAME    the class to explain; without it the one predicted of each picture
  --seed S              the same seed draws the same weights; without it ${SANITY_SEED}
  --weights, --reference, --settings, --output, --activation, --max-megapixels
                        as for explain
  --out DIR             a strip of maps for each picture and method, and sanity.csv: rank correlation and structural
                        similarity with the map of the model as it is, at every step
  --json FILE|-         writes the same as JSON, with means over the pictures and their 95 % intervals

Other
  --help, --version

Exit status
  0  done; for inspect: every layer can be explained
  1  evaluate: something got worse that --fail-if names
  2  it could not be done, and the reason was told
  3  inspect: some layers cannot be explained
  70 a fault of the program
  130, 143, 141
     ended by an interrupt (SIGINT), by SIGTERM, or because nobody reads the output any more (SIGPIPE)
`;
