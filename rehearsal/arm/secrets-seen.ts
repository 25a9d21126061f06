import { isObject } from "./json";

/** Something that must be readable nowhere but where it is used. */
export interface Secret {
  /** What it is, for messages; never the value. */
  readonly name: string;
  readonly value: string;
}

/** Properties of requests and answers whose text is a secret, by name. */
const SECRET_PROPERTIES: Readonly<Record<string, string>> = {
  accessSAS: "signature of a disk",
  adminPassword: "administrator password",
  customData: "custom data of a VM",
};

/** Lists whose elements hold a secret in `value`. */
const SECRET_LISTS: Readonly<Record<string, string>> = {
  keys: "key of a storage account",
  protectedParameters: "protected parameter of a run command",
};

/** The secrets that went through a simulated Azure, so that a rehearsal can prove that it left none behind. */
export class SecretsSeen {
  readonly #names = new Map<string, string>();

  note(name: string, value: string): void {
    // A signed URL is no secret but for its signature.
    const signature = /[?&]sig=([^&]+)/.exec(value)?.[1];
    const secret = signature === undefined ? value : decodeURIComponent(signature);
    if (secret !== "") {
      this.#names.set(secret, name);
    }
  }

  /** Notes what is secret in the body of a request or an answer, text or object. */
  noteIn(body: unknown): void {
    if (typeof body === "string") {
      if (/^\s*[[{]/.test(body)) this.noteIn(parsed(body));
    } else if (Array.isArray(body)) {
      body.forEach((element) => this.noteIn(element));
    } else if (isObject(body)) {
      for (const [property, value] of Object.entries(body)) {
        this.#noteProperty(property, value);
      }
    }
  }

  all(): Secret[] {
    return [...this.#names].map(([value, name]) => ({ name, value }));
  }

  #noteProperty(property: string, value: unknown): void {
    const secret = SECRET_PROPERTIES[property];
    const list = SECRET_LISTS[property];
    if (secret !== undefined && typeof value === "string") {
      this.note(secret, value);
    } else if (list !== undefined && Array.isArray(value)) {
      for (const element of value) {
        if (isObject(element) && typeof element.value === "string") this.note(list, element.value);
      }
    } else {
      this.noteIn(value);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
