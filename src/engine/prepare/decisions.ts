/** What comes out of these is a choice among scores, a comparison or a name, and no score. */
export const CHOICES = new Set([
  ...['ArgMax', 'ArgMin', 'TopK', 'Hardmax', 'NonZero', 'OneHot', 'Unique', 'Compress', 'NonMaxSuppression'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'Sign'],
  ...['Not', 'And', 'Or', 'Xor', 'Multinomial'],
  ...[
    'SequenceConstruct',
    'SequenceInsert',
    'SequenceAt',
    'SequenceErase',
    'SplitToSequence',
    'SequenceLength',
  ],
  ...['ConcatFromSequence', 'Optional', 'OptionalGetElement', 'StringConcat', 'StringNormalizer'],
  ...['ZipMap', 'LabelEncoder', 'CategoryMapper', 'CastMap', 'DictVectorizer', 'Binarizer'],
]);

/** What comes out of these may be a label, or a score with fewer digits. */
export const ROUNDING = new Set(['Round', 'Floor', 'Ceil']);
