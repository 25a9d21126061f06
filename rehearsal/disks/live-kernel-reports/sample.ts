import type { Sample } from "../sample";

export const liveKernelReports: Sample = {
  name: "live-kernel-reports",
  shows: "There are only live dumps (LiveKernelReports), which show no crash",
  status: "not-found",
  nextStep: "Cause a dump while the broken VM hangs at its blue screen (NMI).",
};
