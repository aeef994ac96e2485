// SPDX-License-Identifier: Apache-2.0
// The text format: for people at a terminal, and GNU style for editors: "file:line:col: error:
// message [rule-id]".
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "reports/conclusion.h"
#include "reports/defences.h"
#include "reports/parity/comparison.h"
#include "reports/plain_text.h"
#include "reports/result_text.h"
#include "reports/unfinished.h"
#include "reports/writer.h"

namespace loadline::reports {
namespace {

// Terminal colours, empty when they are off.
struct Palette {
  explicit Palette(bool on)
      : red(on ? "\033[31m" : ""),
        yellow(on ? "\033[33m" : ""),
        green(on ? "\033[32m" : ""),
        faint(on ? "\033[2m" : ""),
        bold(on ? "\033[1m" : ""),
        end(on ? "\033[0m" : "") {}
  const char *red, *yellow, *green, *faint, *bold, *end;

  const char* Of(Verdict mood) const {
    return mood == Verdict::kPass ? green : mood == Verdict::kWarn ? yellow : red;
  }
  const char* Of(const CheckResult& result) const {
    if (result.Unexpected() && result.verdict == Verdict::kPass) return red;
    switch (result.verdict) {
      case Verdict::kPass:
        return green;
      case Verdict::kFail:
      case Verdict::kError:
      case Verdict::kTimeout:
        return result.Unexpected() ? red : faint;
      case Verdict::kWarn:
        return yellow;
      default:
        return faint;
    }
  }
};

std::string FindingLine(const CheckResult& finding, const Palette& palette) {
  std::string place = finding.subject;
  if (finding.location) {
    place = finding.location->file + ":" + std::to_string(finding.location->line) + ":" +
            std::to_string(finding.location->column);
  }
  std::string text = Shortened(place) + ": " + palette.bold + palette.Of(finding) +
                     std::string(WordOf(finding)) + palette.end + ": " + Shortened(finding.message);
  if (!finding.hint.empty()) text += "; " + Shortened(finding.hint);
  return text + " " + palette.faint + "[" + Shortened(finding.id) + "]" + palette.end + "\n";
}

std::string Findings(const Report& report, const Palette& palette) {
  std::string text;
  for (const CheckResult& finding : report.results) text += FindingLine(finding, palette);
  return text;
}

std::string ValidationSummary(const Report& report, const Palette& palette) {
  const Summary summary = Summarize(report);
  std::string text;
  for (const Subject& subject : report.subjects) {
    const Conclusion conclusion = Conclude(report, subject);
    text += Shortened(subject.name) + ": " + palette.Of(conclusion.mood) + conclusion.words +
            palette.end;
    if (!subject.type.empty()) text += " (" + Shortened(subject.type) + ")";
    text += "\n";
  }
  const auto notes = static_cast<int>(
      std::count_if(report.results.begin(), report.results.end(), [](const CheckResult& finding) {
        return finding.verdict == Verdict::kWarn && finding.level == schema::Level::kMay;
      }));
  text += Plural(summary[Verdict::kFail], "error") + ", " +
          Plural(summary[Verdict::kWarn] - notes, "warning") + ", " +
          (notes > 0 ? Plural(notes, "note") + ", " : "") +
          Plural(summary[Verdict::kPass], "check") + " passed\n";
  if (report.unfinished) text += UnfinishedText(report) + "\n";
  return text;
}

std::string AreaTable(const Report& report, const Palette& palette) {
  struct Row {
    int passed = 0;
    int all = 0;
    int unexpected = 0;
  };
  std::map<std::string, Row> rows;
  size_t width = 0;
  for (const CheckResult& result : report.results) {
    const std::string area = Shortened(AreaOf(result.id));
    Row& row = rows[area];
    ++row.all;
    row.passed += result.verdict == Verdict::kPass ? 1 : 0;
    row.unexpected += result.Unexpected() ? 1 : 0;
    width = std::max(width, area.size());
  }
  std::string text;
  for (const auto& [area, row] : rows) {
    text += "  " + area + std::string(width - area.size() + 2, ' ') + std::to_string(row.passed) +
            "/" + std::to_string(row.all) + " passed";
    if (row.unexpected > 0) {
      text += std::string(", ") + palette.red + std::to_string(row.unexpected) + " unexpected" +
              palette.end;
    }
    text += "\n";
  }
  return text;
}

std::string ResultLine(const CheckResult& result, const Palette& palette) {
  std::string text =
      std::string("  ") + palette.Of(result) + std::string(ToText(result.verdict)) + palette.end;
  text += std::string(13 - std::min<size_t>(12, ToText(result.verdict).size()), ' ') +
          Shortened(result.id) + "\n";
  auto detail = [&](const std::string& line) {
    if (!line.empty()) text += "               " + Shortened(line) + "\n";
  };
  if (result.verdict == Verdict::kPass && result.Unexpected()) {
    detail("passes, but " + std::string(ToText(result.expected)) +
           " was expected: update the expectations");
  } else {
    detail(result.message);
  }
  detail(result.hint);
  if (!result.reason.empty()) detail("expected: " + result.reason);
  return text;
}

std::string Section(const Report& report, const Palette& palette, const char* heading,
                    bool (*belongs)(const CheckResult&)) {
  std::string text;
  for (const CheckResult& result : report.results) {
    if (belongs(result)) text += ResultLine(result, palette);
  }
  return text.empty() ? text : "\n" + std::string(heading) + "\n" + text;
}

// A SHOULD that is not kept, and that nobody has explained yet.
bool IsNewWarning(const CheckResult& result) {
  return result.verdict == Verdict::kWarn && !result.Unexpected() && result.reason.empty();
}

// What this host or this candidate does not have is the same for many cases: each reason once.
std::string NotJudged(const Report& report, const WriterOptions& options, const Palette& palette) {
  std::map<std::pair<Verdict, std::string>, int> alike;
  for (const CheckResult& result : report.results) ++alike[{result.verdict, result.message}];
  std::string text;
  for (const CheckResult& result : report.results) {
    if (result.Unexpected() || Judges(result.verdict)) continue;
    const bool shared =
        result.verdict == Verdict::kEnvironment || result.verdict == Verdict::kUnsupported;
    int& count = alike[{result.verdict, result.message}];
    if (shared && !options.verbose && count != 1) {
      if (count == 0) continue;  // told already
      CheckResult all = result;
      all.id = Plural(count, "case");
      text += ResultLine(all, palette);
      count = 0;
    } else {
      text += ResultLine(result, palette);
    }
  }
  return text.empty() ? text : "\nNot judged\n" + text;
}

// Those against which it does not defend; at length also the others.
std::string KnownFaultLines(const std::vector<Defence>& defences, const WriterOptions& options,
                            const Palette& palette) {
  std::string text;
  for (const Defence& defence : defences) {
    const bool open = defence.stand == Stand::kDoesNotDefend;
    if (!open && !options.verbose) continue;
    const char* colour = open                               ? palette.red
                         : defence.stand == Stand::kDefends ? palette.green
                                                            : palette.faint;
    text += std::string("  ") + colour + std::string(ToText(defence.stand)) + palette.end +
            std::string(22 - ToText(defence.stand).size(), ' ') + defence.fault->id + "  " +
            defence.fault->title + "\n";
  }
  return text.empty() ? text : "\nKnown faults of runtimes\n" + text;
}

std::string CountLine(const RequirementCount& count, const char* noun, const char* what) {
  return Plural(count.total, noun) + " " + what + ": " + std::to_string(count.judged) +
         " judged, " + std::to_string(count.passed) + " passed, " + std::to_string(count.failed) +
         " failed\n";
}

bool IsRootless(const Report& report) {
  return report.host && report.host->is_object() &&
         report.host->value("rootless", nlohmann::json()) == true;
}

// The user's own bundle that the candidate was judged with; empty when there was none.
std::string GivenBundle(const Report& report) {
  const nlohmann::json::json_pointer place("/bundle/path");
  const bool known =
      report.host && report.host->contains(place) && report.host->at(place).is_string();
  return known ? report.host->at(place).get<std::string>() : "";
}

std::string Certification(const Report& report, const WriterOptions& options,
                          const Palette& palette) {
  std::string text;
  for (const Subject& subject : report.subjects) {
    text += std::string(palette.bold) + Shortened(subject.name) + palette.end;
    if (!subject.version.empty()) text += " " + Shortened(subject.version);
    text += ", judged by OCI runtime-spec " + Shortened(report.spec);
    if (const std::string bundle = GivenBundle(report); !bundle.empty())
      text += ", with the bundle " + Shortened(bundle);
    text += IsRootless(report) ? ", called by a user without rights\n" : "\n";
  }
  text += "\n" + AreaTable(report, palette);
  text +=
      Section(report, palette, "Unexpected", [](const CheckResult& r) { return r.Unexpected(); });
  text += Section(report, palette, "Known deviations", [](const CheckResult& r) {
    return !r.Unexpected() && Judges(r.verdict) && r.verdict != Verdict::kPass && !IsNewWarning(r);
  });
  text += Section(report, palette, "Warnings", IsNewWarning);
  text += NotJudged(report, options, palette);
  if (options.verbose) {
    text += Section(report, palette, "Passed", [](const CheckResult& r) {
      return !r.Unexpected() && r.verdict == Verdict::kPass;
    });
  }
  const std::vector<Defence> defences = JudgeDefences(report);
  text += KnownFaultLines(defences, options, palette);
  const Summary summary = Summarize(report);
  text += "\n" + Plural(static_cast<int>(report.results.size()), "case");
  for (const Verdict verdict : kVerdicts) {
    if (summary[verdict] > 0)
      text += ", " + std::to_string(summary[verdict]) + " " + std::string(ToText(verdict));
  }
  text += "; " + std::to_string(summary.unexpected) + " unexpected\n";
  text += CountLine(report.requirements, "requirement", "hold for a runtime");
  if (report.unfinished) text += UnfinishedText(report) + "\n";
  if (report.beyond.judged > 0)
    text += CountLine(report.beyond, "further property", "go beyond the standard");
  if (!defences.empty()) text += CountDefences(defences) + "\n";
  for (const Subject& subject : report.subjects) {
    const Conclusion conclusion = Conclude(report, subject);
    text += palette.Of(conclusion.mood) + conclusion.words + palette.end + ": " +
            Shortened(subject.name) + "\n";
  }
  return text;
}

std::string Write(const Report& report, const WriterOptions& options) {
  const Palette palette(options.colour);
  if (report.kind == Kind::kValidation)
    return Findings(report, palette) + ValidationSummary(report, palette);
  return Certification(report, options, palette);
}

}  // namespace

Writer TextWriter() {
  return {"text", "for people, and GNU style for editors", Write, ComparisonText};
}

}  // namespace loadline::reports
