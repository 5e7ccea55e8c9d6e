package dev.gatewaydb.cli;

import picocli.CommandLine.Command;

@Command(
    name = "sessions",
    description = {
      "Delete old sessions: runs the retention rule of this name.",
      "The built-in schema has no sessions; gwdb.toml says where yours are.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain sessions --dry-run", "  gwdb maintain sessions --older-than 30d"})
final class MaintainSessions extends OneRule {
  MaintainSessions(Context context) {
    super(context, "sessions");
  }
}
