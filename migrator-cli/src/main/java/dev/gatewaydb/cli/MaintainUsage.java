package dev.gatewaydb.cli;

import picocli.CommandLine.Command;

@Command(
    name = "usage",
    description = {
      "Delete old usage of API keys: runs the retention rule of this name.",
      "400 days by default, so that a month can be compared with that of a year ago.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain usage --dry-run", "  gwdb maintain usage --older-than 800d"})
final class MaintainUsage extends OneRule {
  MaintainUsage(Context context) {
    super(context, "usage");
  }
}
