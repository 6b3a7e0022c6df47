import classes from './imagenetClasses.json';

/** ImageNet's 1000 classes in the order of their indices, as WordNet knows them. */
export const WORDNET_IDS: readonly string[] = Object.keys(classes);

/** Their names in the same order. Not all are different: two are called crane, two maillot. */
export const IMAGENET_LABELS: readonly string[] = Object.values(classes);
