export { printable } from "../../disk/printable";
