/** Two processors and 8 GiB: enough for a debugger on a large dump, and sold in nearly every region. */
export const DEFAULT_VM_SIZE = "Standard_D2s_v5";
