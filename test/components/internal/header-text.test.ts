import { validateHeaderValue } from "node:http";

import fc from "fast-check";

import { headerText } from "../../../components/internal/header-text";
import { anyText } from "../../support/any-text";

describe("texts in headers", () => {
  it("stay as they are in ASCII, and are percent-encoded otherwise", () => {
    expect(headerText("/subscriptions/1/resourceGroups/web (prod)/x_y-1")).toBe(
      "/subscriptions/1/resourceGroups/web (prod)/x_y-1",
    );
    expect(headerText("/resourceGroups/東京-ü")).toBe("/resourceGroups/%E6%9D%B1%E4%BA%AC-%C3%BC");
  });

  it("are taken by Node, whatever they are", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(headerText(text)).toMatch(/^[ -~]*$/);
        validateHeaderValue("x-ms-meta-sourcevm", headerText(text));
      }),
    );
  });
});
