import type { VNode } from 'preact';
import { Icon } from '../../common/icons.js';
import { useAddress } from './useAddress.js';

/** A picture in small, read once it comes into sight; a sign in its place where there is none that the page can show. */
export function Picture({ file }: { readonly file: string }): VNode {
  const { address, onError } = useAddress(file);
  if (address === null)
    return (
      <span class="report-picture missing">
        <Icon name="image" />
      </span>
    );
  return (
    <img class="report-picture" src={address} alt="" loading="lazy" decoding="async" onError={onError} />
  );
}
