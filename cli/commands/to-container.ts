import type { Item } from "../../extraction/items/item";
import { copyToContainer, IfThere } from "../../extraction/to-container/copy-to-container";
import { Destination } from "../../extraction/to-container/destination";
import { signIn } from "../azure/sign-in";
import { printable } from "../../disk/printable";
import { Progress } from "../output/progress";
import { sizeText } from "../output/quantities";
import type { Session } from "../session";
import type { OpenedSource } from "../source/open-source";
import type { ExtractOptions } from "./extract";

/** What stands for a hash that nobody computed. */
const noHash = "-".repeat(64);

/** Copies files into a blob container, and prints a line for each. */
export async function toContainer(
  items: readonly Item[],
  source: OpenedSource,
  options: ExtractOptions,
  session: Session,
): Promise<void> {
  const { console, signal, environment } = session;
  const hasSignature = new URL(options.to).searchParams.has("sig");
  const credential = hasSignature ? null : (await signIn(environment)).credential;
  for (const item of items) {
    console.say(`${printable(item.path)}: ${sizeText(item.content.size)}`);
    let progress = new Progress(console, printable(item.name), item.content.size);
    let done = 0;
    const { url, sha256 } = await copyToContainer({
      item,
      destination: new Destination(options.to, item.name, credential),
      source: source.url,
      ifThere: options.overwrite ? IfThere.Replace : IfThere.Refuse,
      hash: options.hash ?? false,
      signal,
      onNote: (note) => console.say(printable(note)),
      onProgress(bytes) {
        if (bytes < done) progress = new Progress(console, printable(item.name), item.content.size);
        else progress.add(bytes - done);
        done = bytes;
      },
    });
    if (sha256 === null)
      console.say(`${printable(item.name)}: no hash is computed; --hash reads the file here once for it`);
    console.result(`${sha256 ?? noHash}  ${url}`);
  }
}
