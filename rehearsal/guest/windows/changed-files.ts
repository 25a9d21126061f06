/** Files that a script wrote to a volume: beside its bytes, which are never changed. */
export class ChangedFiles {
  private readonly files = new Map<string, ChangedFile>();

  /** What is known of a path below the root of a volume; undefined when no script wrote or removed it. */
  get(path: string): ChangedFile | undefined {
    return this.files.get(path.toUpperCase());
  }

  write(path: string, bytes: Uint8Array): void {
    const name = path.slice(path.lastIndexOf("\\") + 1);
    this.files.set(path.toUpperCase(), { name, bytes, modified: new Date().toISOString().replace("Z", "0000Z") });
  }

  remove(path: string): void {
    this.files.set(path.toUpperCase(), { name: "", bytes: null, modified: null });
  }

  /** The changed files of a folder, those removed among them. */
  in(folder: string): readonly ChangedFile[] {
    const start = `${folder.replace(/\\+$/, "")}\\`.toUpperCase();
    const inside = [...this.files].filter(
      ([path]) => path.startsWith(start) && !path.slice(start.length).includes("\\"),
    );
    return inside.map(([path, file]) => ({ ...file, name: file.name || path.slice(start.length) }));
  }
}

/** A file that was written, or removed: then it has no bytes. */
export interface ChangedFile {
  readonly name: string;
  readonly bytes: Uint8Array | null;
  readonly modified: string | null;
}
