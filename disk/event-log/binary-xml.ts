import type { ByteView } from "../byte-view";
import { valueTexts, ValueType } from "./xml-value";

/** An element of XML. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Tokens of binary XML. Source: [MS-EVEN6] 2.2.12 "BinXml". */
const Token = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  character: 0x08,
  entity: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  template: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragment: 0x0f,
} as const;

/** Set in a token that is followed by more of its kind, in an element's when it has attributes. */
const moreFlag = 0x40;

const stringType = 0x01;

/** Limits that no event of Windows comes near: a record of some bytes may name itself over and over. */
const mostTokens = 50_000;
const mostElements = 50_000;
/** Characters of names and texts, and values and their bytes. */
const mostCharacters = 1024 * 1024;
const deepest = 32;

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** A value that goes into a template: where it lies in the chunk. */
interface Value {
  readonly type: number;
  readonly at: number;
  readonly size: number;
}

/** What holds for the tokens of one fragment. */
interface Context {
  readonly values: readonly Value[];
  /** Only the elements of a template have a dependency identifier. */
  readonly inTemplate: boolean;
  readonly depth: number;
}

/** Text gathered for an attribute or element. */
interface Gathered {
  text: string;
  /** Members of an array: the element is repeated for each. */
  members: readonly string[] | null;
  /** True when an optional value is absent. */
  absent: boolean;
}

/**
 * Reads the binary XML of an event record with its templates filled in.
 *
 * Source: "Windows XML Event Log (EVTX) format" (Joachim Metz, libevtx), section "Binary XML"; [MS-EVEN6] 2.2.12.
 *
 * @param chunk the whole chunk: names and templates are given by their offsets in it
 * @param start byte offset of the binary XML in the chunk
 * @throws CorruptEventLogError
 */
export function readBinaryXml(chunk: ByteView, start: number, end: number): XmlElement[] {
  const reader = new BinaryXmlReader(chunk);
  return reader.fragment(new Cursor(chunk, start, end), { values: [], inTemplate: false, depth: 0 });
}

class BinaryXmlReader {
  private tokens = 0;
  private elements = 0;
  private characters = 0;

  constructor(private readonly chunk: ByteView) {}

  fragment(cursor: Cursor, context: Context): XmlElement[] {
    if (context.depth > deepest) this.chunk.fail(`holds an event that is more than ${deepest} levels deep`);
    const elements: XmlElement[] = [];
    while (!cursor.isAtEnd) {
      const token = this.token(cursor);
      switch (token & ~moreFlag) {
        case Token.end:
          return elements;
        case Token.fragment:
          cursor.skip(3);
          break;
        default:
          this.markup(cursor, token, context, elements);
      }
    }
    return elements;
  }

  /** What may stand in a fragment and in an element alike; anything else means nothing there. */
  private markup(cursor: Cursor, token: number, context: Context, into: XmlElement[]): void {
    switch (token & ~moreFlag) {
      case Token.openElement:
        append(into, this.element(cursor, token, context));
        break;
      case Token.template:
        append(into, this.template(cursor, context));
        break;
      case Token.instructionTarget:
        this.name(cursor);
        break;
      case Token.instructionData:
        this.text(cursor);
        break;
      default:
        cursor.fail(token);
    }
  }

  private element(cursor: Cursor, token: number, outer: Context): XmlElement[] {
    const context = { ...outer, depth: outer.depth + 1 };
    if (context.depth > deepest) this.chunk.fail(`holds an event that is more than ${deepest} levels deep`);
    // Dependency identifier and size: the tokens tell the end as well.
    cursor.skip(context.inTemplate ? 6 : 4);
    const name = this.name(cursor);
    const attributes = (token & moreFlag) === 0 ? new Map<string, string>() : this.attributes(cursor, context);
    const close = this.token(cursor);
    if (close === Token.closeEmpty) {
      this.countElements(1);
      return [{ name, attributes, children: [], text: "" }];
    }
    if (close !== Token.closeStart) cursor.fail(close);
    const children: XmlElement[] = [];
    const content = this.content(cursor, context, children);
    this.countElements(content.members?.length ?? 1);
    if (content.members) return content.members.map((text) => ({ name, attributes, children, text }));
    if (content.absent && content.text === "" && children.length === 0) return [];
    return [{ name, attributes, children, text: content.text }];
  }

  private attributes(cursor: Cursor, context: Context): Map<string, string> {
    cursor.skip(4);
    const attributes = new Map<string, string>();
    while ((cursor.peek() & ~moreFlag) === Token.attribute) {
      this.token(cursor);
      const name = this.name(cursor);
      const value: Gathered = { text: "", members: null, absent: false };
      while (this.gather(cursor, context, value, null));
      if (!value.absent) attributes.set(name, value.members?.join(" ") ?? value.text);
    }
    return attributes;
  }

  private content(cursor: Cursor, context: Context, children: XmlElement[]): Gathered {
    const content: Gathered = { text: "", members: null, absent: false };
    for (;;) {
      if (this.gather(cursor, context, content, children)) continue;
      const token = this.token(cursor);
      if ((token & ~moreFlag) === Token.endElement) return content;
      this.markup(cursor, token, context, children);
    }
  }

  /** Takes the next piece of text; false, and nothing taken, when something else comes. */
  private gather(cursor: Cursor, context: Context, into: Gathered, children: XmlElement[] | null): boolean {
    switch (cursor.peek() & ~moreFlag) {
      case Token.value: {
        this.token(cursor);
        const type = cursor.u8();
        if (type !== stringType) this.chunk.fail(`holds text of type ${type}`);
        into.text += this.text(cursor);
        return true;
      }
      case Token.cdata:
        this.token(cursor);
        into.text += this.text(cursor);
        return true;
      case Token.character:
        this.token(cursor);
        into.text += String.fromCharCode(cursor.u16());
        return true;
      case Token.entity: {
        this.token(cursor);
        const name = this.name(cursor);
        into.text += entities[name] ?? `&${name};`;
        return true;
      }
      case Token.substitution:
      case Token.optionalSubstitution:
        this.substitute(cursor, this.token(cursor), context, into, children);
        return true;
      default:
        return false;
    }
  }

  private substitute(
    cursor: Cursor,
    token: number,
    context: Context,
    into: Gathered,
    children: XmlElement[] | null,
  ): void {
    const index = cursor.u16();
    cursor.skip(1);
    const value = context.values[index];
    if (!value || value.type === ValueType.nothing) {
      into.absent ||= token === Token.optionalSubstitution;
      return;
    }
    if (value.type === ValueType.binaryXml) {
      const inner = new Cursor(this.chunk, value.at, value.at + value.size);
      if (children) append(children, this.fragment(inner, { values: [], inTemplate: false, depth: context.depth + 1 }));
      return;
    }
    // By its bytes, since it may be an array of many empty texts, and before they are looked at.
    this.count(value.size);
    const texts = valueTexts(value.type, this.chunk.slice(value.at, value.size));
    if ((value.type & 0x80) === 0) into.text += texts.join("");
    else into.members = texts.length === 0 ? [""] : texts;
  }

  private template(cursor: Cursor, outer: Context): XmlElement[] {
    cursor.skip(5);
    const at = cursor.u32();
    const size = this.chunk.u32(at + 20);
    const body = new Cursor(this.chunk, at + 24, at + 24 + size);
    // The first event that uses a template carries it; the others name its place.
    if (at === cursor.at) cursor.skip(24 + size);
    const values = this.values(cursor);
    return this.fragment(body, { values, inTemplate: true, depth: outer.depth + 1 });
  }

  private values(cursor: Cursor): Value[] {
    const count = cursor.u32();
    this.count(count);
    let at = cursor.at + count * 4;
    const values: Value[] = [];
    for (let index = 0; index < count; index++) {
      const size = cursor.u16();
      const type = cursor.u8();
      cursor.skip(1);
      values.push({ type, at, size });
      at += size;
    }
    cursor.skip(at - cursor.at);
    return values;
  }

  /** A name is stored where it is used first. */
  private name(cursor: Cursor): string {
    const at = cursor.u32();
    const length = this.chunk.u16(at + 6) * 2;
    if (at === cursor.at) cursor.skip(8 + length + 2);
    return this.counted(this.chunk.utf16(at + 8, length));
  }

  private text(cursor: Cursor): string {
    const length = cursor.u16() * 2;
    const at = cursor.at;
    cursor.skip(length);
    return this.counted(this.chunk.utf16(at, length));
  }

  private token(cursor: Cursor): number {
    if (++this.tokens > mostTokens) this.chunk.fail(`holds an event of more than ${mostTokens} tokens`);
    return cursor.u8();
  }

  private counted(text: string): string {
    this.count(text.length);
    return text;
  }

  private countElements(elements: number): void {
    this.elements += elements;
    if (this.elements > mostElements) this.chunk.fail(`holds an event of more than ${mostElements} elements`);
  }

  private count(characters: number): void {
    this.characters += characters;
    if (this.characters > mostCharacters) {
      this.chunk.fail(`holds an event of more than ${mostCharacters} characters and values`);
    }
  }
}

/** One by one: a call takes only so many arguments. */
function append(to: XmlElement[], elements: readonly XmlElement[]): void {
  for (const element of elements) to.push(element);
}

/** A place in a chunk that moves on as it is read, up to an end. */
class Cursor {
  constructor(
    private readonly chunk: ByteView,
    public at: number,
    private readonly end: number,
  ) {
    if (end > chunk.size) chunk.fail(`ends before the binary XML that should be in it from ${at} to ${end}`);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** The next byte, which stays the next. */
  peek(): number {
    return this.chunk.u8(this.take(0, 1));
  }

  u8(): number {
    return this.chunk.u8(this.take(1));
  }

  u16(): number {
    return this.chunk.u16(this.take(2));
  }

  u32(): number {
    return this.chunk.u32(this.take(4));
  }

  skip(length: number): void {
    this.take(length);
  }

  fail(token: number): never {
    return this.chunk.fail(`holds the token 0x${token.toString(16)} before ${this.at}, where it means nothing`);
  }

  private take(length: number, needed = length): number {
    const { at } = this;
    if (at + needed > this.end) this.chunk.fail(`holds binary XML that goes on past its end at ${this.end}`);
    this.at += length;
    return at;
  }
}
