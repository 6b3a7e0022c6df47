import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../common/icons.js';
import { useReport } from '../state/report.js';
import { addressOf } from './addressOf.js';

/** A picture in small, read once it comes into sight; a sign in its place where there is none that the page can show. */
export function Picture({ file }: { readonly file: string }): VNode {
  const { pictures } = useReport();
  const address = addressOf(pictures, file);
  const [failed, setFailed] = useState<string | null>(null);
  if (address === null || failed === address)
    return (
      <span class="report-picture missing">
        <Icon name="image" />
      </span>
    );
  return (
    <img
      class="report-picture"
      src={address}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => {
        setFailed(address);
      }}
    />
  );
}
