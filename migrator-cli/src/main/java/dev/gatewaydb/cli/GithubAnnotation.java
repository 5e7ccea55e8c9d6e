package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.check.CheckFinding;

/** A finding as a workflow command, escaped as actions/toolkit's core/src/command.ts does. */
final class GithubAnnotation {
  private GithubAnnotation() {}

  /**
   * @param file relative to the repository's root; empty for none
   */
  static String of(CheckFinding finding, String file) {
    String command =
        switch (finding.level()) {
          case ERROR -> "error";
          case WARNING -> "warning";
          case NOTE -> "notice";
        };
    StringBuilder text = new StringBuilder("::" + command + " ");
    if (!file.isEmpty()) {
      text.append("file=").append(property(file)).append(',');
      text.append("line=").append(Math.max(1, finding.line())).append(',');
    }
    text.append("title=").append(property("gwdb check: " + finding.check().label()));
    String detail = finding.detail().isEmpty() ? "" : "\n" + finding.detail().stripTrailing();
    return text.append("::").append(data(finding.message() + detail)).toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
