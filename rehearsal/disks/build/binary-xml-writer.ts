/** Tokens of binary XML. Source: [MS-EVEN6] 2.2.12 "BinXml". */
const Token = {
  end: 0x00,
  element: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  template: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
} as const;

const moreFlag = 0x40;

/** Type of a value that is itself binary XML. */
const fragmentType = 0x21;

const fragmentHeader = Buffer.from("0f010100", "hex");

/** A place in a template that an event fills in. */
export interface Slot {
  /** Number of its value. */
  readonly index: number;
  /** Type of its value. */
  readonly type: number;
  /** True when the element or attribute goes when the value is absent. */
  readonly optional?: boolean;
}

/** An element of a template. */
export interface TemplateElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | Slot>>;
  readonly content?: string | Slot | readonly (TemplateElement | Slot)[];
}

/** A value of an event; the type `0x00` is of one that is absent. */
export interface EventValue {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Where bytes go, one behind the other. */
export class ByteWriter {
  at: number;

  constructor(
    readonly bytes: Buffer,
    start: number,
  ) {
    this.at = start;
  }

  /** @throws RangeError when there is no room left */
  put(bytes: Uint8Array): void {
    if (this.at + bytes.length > this.bytes.length) throw new RangeError("the chunk is full");
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  u8(value: number): void {
    this.put(Buffer.from([value]));
  }

  u16(value: number): void {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    this.put(bytes);
  }

  u32(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.put(bytes);
  }
}

/** Writes binary XML into a chunk of an event log, each name and each template once. */
export class BinaryXmlWriter extends ByteWriter {
  private readonly names = new Map<string, number>();
  private readonly templates = new Map<string, number>();

  /**
   * A fragment that is an instance of a template.
   *
   * @param inner template and values of a fragment that is the last value of this one
   */
  instance(
    template: TemplateElement,
    values: readonly EventValue[],
    inner?: readonly [TemplateElement, readonly EventValue[]],
  ): void {
    this.put(fragmentHeader);
    this.u8(Token.template);
    this.u8(1);
    const key = JSON.stringify(template);
    const known = this.templates.get(key);
    this.u32(this.templates.size + 1);
    this.u32(known ?? this.at + 4);
    if (known === undefined) this.definition(key, template);
    this.u32(values.length + (inner ? 1 : 0));
    for (const { type, bytes } of values) this.descriptor(bytes.length, type);
    const place = this.at;
    if (inner) this.descriptor(0, fragmentType);
    for (const { bytes } of values) this.put(bytes);
    if (!inner) return;
    const start = this.at;
    this.instance(...inner);
    this.u8(Token.end);
    this.bytes.writeUInt16LE(this.at - start, place);
  }

  private descriptor(length: number, type: number): void {
    this.u16(length);
    this.u8(type);
    this.u8(0);
  }

  private definition(key: string, template: TemplateElement): void {
    this.templates.set(key, this.at);
    this.u32(0);
    const id = Buffer.alloc(16);
    id.writeUInt32LE(this.templates.size);
    this.put(id);
    this.sized(() => {
      this.put(fragmentHeader);
      this.element(template);
      this.u8(Token.end);
    });
  }

  private element({ name, attributes = {}, content }: TemplateElement): void {
    const pairs = Object.entries(attributes);
    this.u8(pairs.length > 0 ? Token.element | moreFlag : Token.element);
    this.u16(0xffff);
    this.sized(() => {
      this.name(name);
      if (pairs.length > 0)
        this.sized(() => pairs.forEach((pair, index) => this.attribute(pair, index < pairs.length - 1)));
      if (content === undefined) {
        this.u8(Token.closeEmpty);
        return;
      }
      this.u8(Token.closeStart);
      const parts = typeof content === "string" || "index" in content ? [content] : content;
      for (const part of parts) {
        if (typeof part === "string" || "index" in part) this.text(part);
        else this.element(part);
      }
      this.u8(Token.endElement);
    });
  }

  private attribute([name, value]: readonly [string, string | Slot], more: boolean): void {
    this.u8(more ? Token.attribute | moreFlag : Token.attribute);
    this.name(name);
    this.text(value);
  }

  private text(content: string | Slot): void {
    if (typeof content === "string") {
      this.u8(Token.value);
      this.u8(0x01);
      this.u16(content.length);
      this.put(Buffer.from(content, "utf16le"));
      return;
    }
    this.u8(content.optional ? Token.optionalSubstitution : Token.substitution);
    this.u16(content.index);
    this.u8(content.type);
  }

  private name(name: string): void {
    const known = this.names.get(name);
    this.u32(known ?? this.at + 4);
    if (known !== undefined) return;
    this.names.set(name, this.at);
    this.u32(0);
    this.u16(nameHash(name));
    this.u16(name.length);
    this.put(Buffer.from(`${name}\0`, "utf16le"));
  }

  /** What is written by `work`, behind its length. */
  private sized(work: () => void): void {
    const place = this.at;
    this.u32(0);
    work();
    this.bytes.writeUInt32LE(this.at - place - 4, place);
  }
}

/** Source: [MS-EVEN6] 2.2.12, "Name". */
function nameHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 65_599) + name.charCodeAt(index)) >>> 0;
  return hash & 0xffff;
}
