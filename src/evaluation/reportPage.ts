/** Messages between the extension host and the page of a report. */

import type { PanelStrings } from '../protocol/panelStrings.js';
import type { MethodId } from '../protocol/methods.js';
import type { ExportFormat } from './export/formats.js';
import type { EvaluationReport } from './report.js';

/** Host → page. */
export type ReportHostMessage =
  /** As the file is now; replaces the one before. */
  | { readonly type: 'report'; readonly shown: ShownReport }
  /** What it is compared with; null for nothing. */
  | { readonly type: 'other'; readonly other: OtherReport | null }
  /** Brings a channel into sight. */
  | { readonly type: 'showChannel'; readonly asked: ChannelToShow }
  /** Why the file cannot be shown, as a localised sentence. */
  | { readonly type: 'broken'; readonly text: string };

/** Page → host. */
export type ReportMessage =
  /** The page listens and knows nothing; the host answers with all that it shows. */
  | { readonly type: 'ready'; readonly other: string | null }
  /** Explains a picture in a panel of its own. */
  | { readonly type: 'explain'; readonly picture: PictureToExplain }
  /** The host asks the user for another report. */
  | { readonly type: 'compareWith' }
  | { readonly type: 'stopComparing' }
  /** Means as text, to be saved as a file. */
  | { readonly type: 'save'; readonly format: ExportFormat; readonly text: string }
  /** The page with all that it shows, to be saved as a file. */
  | { readonly type: 'saveHtml' };

export interface PictureToExplain {
  /** As the report names it. */
  readonly file: string;
  /** The class under test. */
  readonly target: number;
  readonly method: MethodId;
  readonly tensor: string;
}

/** A channel whose pictures are to be shown. */
export interface ChannelToShow {
  readonly tensor: string;
  readonly channel: number;
}

export interface ShownReport {
  readonly report: EvaluationReport;
  /** Pictures that could not be evaluated, by what went wrong. */
  readonly failures: readonly FailureGroup[];
  /** Pictures of which could not be read what is marked in them, likewise. */
  readonly unread: readonly FailureGroup[];
  readonly pictures: PictureAddresses;
}

export interface FailureGroup {
  /** A localised sentence; names the first of the files. */
  readonly text: string;
  readonly files: readonly string[];
}

/** Where the page finds pictures: below an address, or, by file, as addresses that hold them whole. */
export type PictureAddresses =
  | { readonly kind: 'below'; readonly address: string }
  | { readonly kind: 'whole'; readonly addresses: Readonly<Record<string, string>> };

export interface OtherReport {
  /** By which the host finds it again. */
  readonly path: string;
  /** As it is called on the page. */
  readonly name: string;
  readonly report: EvaluationReport;
}

/** Handed to the page in its HTML. */
export interface ReportBootstrap {
  readonly strings: PanelStrings;
  /** BCP 47 tag of the display language. */
  readonly locale: string;
  /** What a page without a host shows; null where there is one, which tells. */
  readonly alone: { readonly shown: ShownReport; readonly other: OtherReport | null } | null;
}

/** What the page keeps by getState/setState; `version` changes with its shape. */
export interface ReportState {
  readonly version: 1;
  /** Path of the report that it is compared with. */
  readonly other: string | null;
  /** What only the page knows, in a shape of its own. */
  readonly choice: unknown;
}
