/** How programs call lists of class names, as keys and as files, without capitals and what parts words; those that say so most plainly first. */
export const LABEL_NAMES = [
  ...['labelnames', 'classnames', 'id2label', 'classes', 'labels', 'names', 'categories', 'label', 'class'],
  ...['classindices', 'classtoidx', 'class2idx', 'idxtoclass', 'idx2class', 'indextoname', 'id2name'],
  ...['label2id', 'idx2label', 'labelmap', 'labelsmap', 'labellist', 'labelmapping'],
  ...['classmap', 'classlist', 'classlabels', 'classmapping', 'classindex', 'modelclass', 'modelclasses'],
] as const;

/** A key or the name of a file without its ending, as it is listed there. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, '');
}
