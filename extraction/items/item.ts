import type { ByteSource, Extent } from "../../disk";

/** A file on the disk that is to be copied. */
export interface Item {
  /** As Windows sees it. */
  readonly path: string;
  /** Where it goes below the target, with slashes; every part is fit for any file system. */
  readonly name: string;
  readonly content: ByteSource;
  /** Where its bytes lie in the source; null when they do not lie there as they are. */
  readonly extents: readonly Extent[] | null;
  /** Stands for this content: another one has another text. */
  readonly identity: string;
  /** Bug check code of a dump, for the blob. */
  readonly bugCheck: string | null;
}

/** Characters of a file name that every file system and tool takes; everything else becomes an underscore. */
const unfit = /[^\p{L}\p{N} ._()+,@=~$%{}[\]-]/gu;

/** A name from the disk as a file name here: whoever wrote it must not choose where it is written. */
export function fitName(name: string): string {
  const fit = name.replace(unfit, "_");
  return /^\.*$/.test(fit) ? "_" : fit.slice(-200);
}
