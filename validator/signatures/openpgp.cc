// SPDX-License-Identifier: Apache-2.0
#include "validator/signatures/openpgp.h"

#include <sstream>

#include "base/child_process.h"

namespace loadline::validator {
namespace {

constexpr std::chrono::seconds kPatience{60};

// gpgv looks for a name without a slash in its own home.
std::string AsPath(const std::string& path) {
  return path.find('/') == std::string::npos ? "./" + path : path;
}

// "[GNUPG:] GOODSIG 0123… Name": what follows a word of gpgv's status.
std::string StatusLine(const std::string& status, const std::string& word) {
  std::istringstream lines(status);
  const std::string prefix = "[GNUPG:] " + word + " ";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prefix)) return line.substr(prefix.size());
  }
  return "";
}

Verification Read(const RunOutcome& outcome) {
  Verification verification;
  const std::string good = StatusLine(outcome.standard_error, "GOODSIG");
  const std::string valid = StatusLine(outcome.standard_error, "VALIDSIG");
  verification.good = outcome.status.Success() && !good.empty() && !valid.empty();
  verification.payload = outcome.standard_output;
  if (verification.good) {
    verification.who = good;
  } else if (!StatusLine(outcome.standard_error, "BADSIG").empty()) {
    verification.who = "the content is not what was signed";
  } else if (!StatusLine(outcome.standard_error, "NO_PUBKEY").empty()) {
    verification.who = "no key of the keyring made it (key " +
                       StatusLine(outcome.standard_error, "NO_PUBKEY") + " did)";
  } else if (!StatusLine(outcome.standard_error, "EXPKEYSIG").empty()) {
    verification.who = "the key has expired";
  } else {
    verification.who = "it is no signature that gpgv can read";
  }
  return verification;
}

Result<Verification> Run(std::vector<std::string> arguments) {
  RunOptions run;
  run.spawn.argv = {"gpgv", "--status-fd", "2"};
  run.spawn.argv.insert(run.spawn.argv.end(), arguments.begin(), arguments.end());
  run.spawn.environment = CurrentEnvironment();
  run.deadline = Deadline::After(kPatience);
  auto outcome = RunToEnd(run);
  if (!outcome.has_value())
    return std::move(outcome).error().Hint("install gpgv: it judges the signatures");
  if (outcome->timed_out) return Failure("gpgv did not end");
  return Read(*outcome);
}

}  // namespace

Result<Verification> VerifyDetached(const std::string& signature, const std::string& file,
                                    const std::string& keyring) {
  return Run({"--keyring", AsPath(keyring), AsPath(signature), AsPath(file)});
}

Result<Verification> VerifyMessage(const std::string& message, const std::string& keyring) {
  return Run({"--keyring", AsPath(keyring), "--output", "-", AsPath(message)});
}

}  // namespace loadline::validator
