import { useState } from 'preact/hooks';
import { useReport } from '../state/report.js';
import { addressOf } from './addressOf.js';

/** The address of a picture; null where the page has none, or what is there cannot be shown. @param file as the report names it */
export function useAddress(file: string): { readonly address: string | null; readonly onError: () => void } {
  const { pictures } = useReport();
  const address = addressOf(pictures, file);
  const [failed, setFailed] = useState<string | null>(null);
  return {
    address: failed === address ? null : address,
    onError: () => {
      setFailed(address);
    },
  };
}
