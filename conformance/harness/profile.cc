// SPDX-License-Identifier: Apache-2.0
#include "conformance/harness/profile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "base/embedded.h"
#include "base/files.h"
#include "conformance/harness/placeholder.h"
#include "conformance/harness/strict_json.h"
#include "conformance/harness/strict_object.h"

namespace loadline::embedded {
std::span<const EmbeddedFile> conformance_files();
}

namespace loadline::conformance {
namespace {

using nlohmann::json;

constexpr const char* kReference = "loadline";  // the profile of the reference runtime
constexpr off_t kProfileCap = 1 << 20;

// The command line that OCI runtimes agree on.
const json& DefaultVerbs() {
  static const json verbs = json::parse(R"({
    "create": ["create", ["--bundle", "${bundle}"], "--pid-file", "${pidFile}",
               ["--console-socket", "${consoleSocket}"], ["${id}"]],
    "start": ["start", ["${id}"]],
    "state": ["state", ["${id}"]],
    "kill": ["kill", ["${id}"], "${signal}"],
    "delete": ["delete", ["${id}"]],
    "deleteForce": ["delete", "--force", ["${id}"]],
    "exec": ["exec", "--process", "${processFile}", ["--console-socket", "${consoleSocket}"], "${id}"],
    "update": ["update", "--resources", "${resourcesFile}", "${id}"],
    "pause": ["pause", "${id}"],
    "resume": ["resume", "${id}"],
    "features": ["features"]
  })");
  return verbs;
}

Error NoCandidate(std::string what, std::string hint) {
  return Failure(ErrorKind::kUnreadable, std::move(what), std::move(hint));
}

Result<void> CheckExecutable(const std::string& path) {
  constexpr const char* kHint =
      "give the name of a profile (`loadline list candidates`), a profile file or the path of a "
      "runtime";
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return NoCandidate("there is no runtime " + path, kHint);
    return CallError("stat", path).Hint(kHint);
  }
  if (!S_ISREG(status.st_mode))
    return NoCandidate(path + " is not a file", "give the path of the program itself");
  if (access(path.c_str(), X_OK) != 0)
    return NoCandidate(path + " is not executable", "chmod +x it");
  return {};
}

Result<std::string> ReadProfile(const std::string& path) {
  const char* hint = "give the path of a profile, a JSON file that you may read";
  // Without O_NONBLOCK a fifo that nobody writes to would hold us up for ever.
  auto fd = Open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (!fd) return std::move(fd).error().Hint(hint);
  struct stat status {};
  if (fstat(fd->get(), &status) != 0) return CallError("fstat", path);
  if (!S_ISREG(status.st_mode)) return NoCandidate(path + " is not a regular file", hint);
  if (status.st_size > kProfileCap)
    return NoCandidate(path + " is larger than 1 MiB", "no profile is that large");
  return ReadFd(fd->get(), kProfileCap);
}

// The directories that are searched for a command without '/'.
std::vector<std::string> SearchDirectories() {
  std::vector<std::string> directories;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) directories.push_back(self.parent_path().string());
  const char* variable = getenv("PATH");
  std::string path = variable == nullptr ? "" : variable;
  path += ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  size_t position = 0;
  while (position <= path.size()) {
    const size_t end = std::min(path.find(':', position), path.size());
    if (end > position) directories.push_back(path.substr(position, end - position));
    position = end + 1;
  }
  return directories;
}

// Appends an argument, a group of arguments, or nothing.
Result<void> AppendArguments(const json& argument, const json& values,
                             std::vector<std::string>& arguments) {
  if (argument.is_array()) {
    const json expanded = Expand(argument, Placeholders{values, true}).value();
    for (const json& part : expanded) {
      if (!part.is_string() || part.get<std::string>().find("${") != std::string::npos) return {};
    }
    for (const json& part : expanded) arguments.push_back(part.get<std::string>());
    return {};
  }
  if (!argument.is_string()) return Failure("an argument in the profile is not a string");
  ASSIGN_OR_RETURN(std::string text,
                   ExpandText(argument.get<std::string>(), Placeholders{values, false}));
  arguments.push_back(std::move(text));
  return {};
}

void ReadVerbs(StrictObject& object, Profile& profile) {
  for (const auto& verb : DefaultVerbs().items()) profile.verbs[verb.key()] = verb.value();
  const json* verbs = object.Object("verbs");
  if (verbs == nullptr) return;
  for (const auto& verb : verbs->items()) {
    if (profile.verbs.count(verb.key()) == 0)
      object.Complain("/verbs/" + verb.key(), "there is no such verb");
    if (!verb.value().is_array() && !verb.value().is_null())
      object.Complain("/verbs/" + verb.key(), "a list of arguments or null is expected");
    profile.verbs[verb.key()] = verb.value();
  }
}

void ReadEnvironment(StrictObject& object, Profile& profile) {
  const json* environment = object.Object("environment");
  if (environment == nullptr) return;
  for (const auto& variable : environment->items()) {
    if (!variable.value().is_string()) {
      object.Complain("/environment/" + variable.key(), "a string is expected");
      continue;
    }
    profile.environment[variable.key()] = variable.value().get<std::string>();
  }
}

// An object of texts, which stands at the pointer `where`.
std::map<std::string, std::string> ReadTexts(StrictObject& object, const std::string& key,
                                             const std::string& where) {
  std::map<std::string, std::string> texts;
  const json* member = object.Object(key);
  if (member == nullptr) return texts;
  StrictObject inner(*member, where);
  for (const auto& text : member->items()) texts[text.key()] = inner.RequiredText(text.key());
  object.Take(inner.Finish());
  return texts;
}

void ReadStages(StrictObject& object, Profile& profile) {
  const json* stages = object.Object("stages");
  if (stages == nullptr) return;
  StrictObject inner(*stages, "/stages");
  profile.stages.list = inner.Texts("list");
  profile.stages.without = inner.RequiredText("without");
  profile.stages.unseen = ReadTexts(inner, "unseen", "/stages/unseen");
  profile.stages.swap = inner.Text("swap", "");
  profile.stages.orders = ReadTexts(inner, "orders", "/stages/orders");
  if (profile.stages.swap.empty() && !profile.stages.orders.empty())
    inner.Complain("/orders", "there is no option \"swap\" to ask for them");
  object.Take(inner.Finish());
}

}  // namespace

std::string FindProgram(const std::string& program) {
  for (const std::string& directory : SearchDirectories()) {
    std::string path = directory + "/" + program;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

bool Profile::HasVerb(const std::string& verb) const {
  const auto found = verbs.find(verb);
  return found != verbs.end() && found->second.is_array();
}

Result<std::vector<std::string>> Profile::CommandLine(
    const std::string& verb, json values, const std::vector<std::string>& without) const {
  if (!HasVerb(verb)) return Failure(name + " has no " + verb);
  for (const std::string& missing : without) values.erase(missing);
  std::vector<std::string> arguments = command;
  for (const std::string& option : global_options) {
    RETURN_IF_ERROR(AppendArguments(json(option), values, arguments));
  }
  const auto left_out = [&without](const json& argument) {
    return std::any_of(without.begin(), without.end(), [&argument](const std::string& missing) {
      return argument == "${" + missing + "}";
    });
  };
  for (const json& argument : verbs.at(verb)) {
    if (left_out(argument)) continue;
    RETURN_IF_ERROR(AppendArguments(argument, values, arguments));
  }
  return arguments;
}

Result<Profile> ParseProfile(const std::string& file, std::string_view text) {
  ASSIGN_OR_RETURN(const validator::Document document, ParseWithPlaces(file, text));
  StrictObject object(*document.root(), "");
  Profile profile;
  if (object.Number("schemaVersion").value_or(1) != 1)
    object.Complain("/schemaVersion", "this program knows version 1");
  object.Member("$schema");
  profile.name = object.RequiredText("name");
  profile.command = object.Texts("command");
  if (profile.command.empty()) object.Complain("", "\"command\" is required");
  profile.version_command = object.Texts("versionCommand");
  profile.global_options = object.Texts("globalOptions");
  ReadVerbs(object, profile);
  ReadEnvironment(object, profile);
  profile.cgroup_manager = object.Text("cgroupManager", "cgroupfs");
  profile.spec_max = object.Text("specMax", "");
  if (const json* features = object.Member("features")) profile.features = *features;
  profile.needs_view = object.Texts("needsView");
  profile.lacks = object.Texts("lacks");
  profile.cannot_express = object.Texts("cannotExpress");
  profile.call_time = std::chrono::seconds(object.Number("callSeconds").value_or(0));
  profile.refusal_status = static_cast<int>(object.Number("refusalStatus").value_or(0));
  profile.programs = ReadTexts(object, "programs", "/programs");
  profile.alongside = object.Texts("alongside");
  ReadStages(object, profile);
  profile.resctrl = object.Text("resctrl", "");
  auto finished = object.Finish();
  if (!finished) {
    Error error = AtPlace(file, document, "", std::move(finished).error());
    error.kind = ErrorKind::kUnreadable;
    return std::move(error).Hint("conformance/candidates/ has profiles");
  }
  return profile;
}

Result<void> ResolveCommand(Profile& profile) {
  std::string& program = profile.command.front();
  if (program.find('/') == std::string::npos) {
    const std::string path = FindProgram(program);
    if (path.empty())
      return NoCandidate(profile.name + ": there is no program " + program,
                         "install it, or give the path of a runtime");
    program = path;
  }
  RETURN_IF_ERROR(CheckExecutable(program));
  for (const auto& [needed, package] : profile.programs) {
    if (FindProgram(needed).empty())
      return NoCandidate(profile.name + ": there is no program " + needed,
                         "apt-get install " + package);
  }
  std::error_code error;
  program = std::filesystem::canonical(program, error).string();
  return {};
}

Result<std::vector<Profile>> EmbeddedProfiles() {
  std::vector<Profile> profiles;
  for (const EmbeddedFile& file : embedded::conformance_files()) {
    if (!file.path.starts_with("candidates/")) continue;
    ASSIGN_OR_RETURN(Profile profile,
                     ParseProfile("conformance/" + std::string(file.path), file.content));
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

Result<Profile> FindCandidate(const std::string& candidate) {
  ASSIGN_OR_RETURN(std::vector<Profile> profiles, EmbeddedProfiles());
  for (Profile& profile : profiles) {
    if (profile.name != candidate && !(profile.name == kReference && candidate == "reference"))
      continue;
    RETURN_IF_ERROR(ResolveCommand(profile));
    return std::move(profile);
  }
  if (candidate.ends_with(".json")) {
    ASSIGN_OR_RETURN(const std::string text, ReadProfile(candidate));
    ASSIGN_OR_RETURN(Profile profile, ParseProfile(candidate, text));
    RETURN_IF_ERROR(ResolveCommand(profile));
    return profile;
  }
  if (candidate.find('/') == std::string::npos)
    return NoCandidate("no candidate is known as \"" + candidate + "\"",
                       "`loadline list candidates` shows the names; a path needs a '/'");
  RETURN_IF_ERROR(CheckExecutable(candidate));
  Profile profile;
  profile.name = std::filesystem::path(candidate).filename().string();
  profile.command = {candidate};
  profile.version_command = {"--version"};
  profile.global_options = {"--root", "${root}"};
  for (const auto& verb : DefaultVerbs().items()) profile.verbs[verb.key()] = verb.value();
  profile.features = "command";
  RETURN_IF_ERROR(ResolveCommand(profile));
  return profile;
}

}  // namespace loadline::conformance
