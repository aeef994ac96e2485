// SPDX-License-Identifier: Apache-2.0
#include "validator/image/conversion.h"

#include <fcntl.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "base/files.h"
#include "base/joined.h"
#include "validator/json/document.h"
#include "validator/rules/access.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

constexpr char kAsked[] = "nothing is wrong if whoever made the bundle asked for this";
const std::string kImage = "org.opencontainers.image.";

// One line of passwd(5) or group(5), split at its colons.
std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ':');) fields.push_back(field);
  return fields;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.size() <= 10 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

class Conversion {
 public:
  Conversion(const Json& config, const ImageSource& image, const std::string& rootfs,
             RuleReporter& reporter)
      : config_(config), image_(*image.config), source_(image), rootfs_(rootfs), out_(reporter) {}

  void Check() {
    CheckDirectory();
    CheckEnvironment();
    CheckArguments();
    CheckAnnotations();
    CheckManifestAnnotations();
    CheckUser();
    CheckPorts();
    CheckVolumes();
  }

 private:
  void CheckDirectory() {
    const std::string wanted = StringAt(image_, "/config/WorkingDir").value_or("");
    const std::string found = StringAt(config_, "/process/cwd").value_or("");
    if (!wanted.empty() && wanted != found)
      out_.Report("conversion/working-dir", "/process/cwd",
                  "the image's WorkingDir is " + wanted + ", and cwd is " + found, kAsked);
  }

  void CheckEnvironment() {
    const auto found = Strings(config_, "/process/env");
    for (const std::string& entry : Strings(image_, "/config/Env")) {
      if (std::find(found.begin(), found.end(), entry) == found.end())
        out_.Report("conversion/env", "/process/env", "the image's " + entry + " is not in env",
                    kAsked);
      const std::string name = entry.substr(0, entry.find('=') + 1);
      const auto count = std::count_if(found.begin(), found.end(), [&](const std::string& other) {
        return other.starts_with(name);
      });
      if (count > 1)
        out_.Report("conversion/env-added", "/process/env",
                    "the image's variable " + name.substr(0, name.size() - 1) + " is set once more",
                    "keep what the image says");
    }
  }

  void CheckArguments() {
    std::vector<std::string> wanted = Strings(image_, "/config/Entrypoint");
    for (const std::string& word : Strings(image_, "/config/Cmd")) wanted.push_back(word);
    const auto found = Strings(config_, "/process/args");
    if (!wanted.empty() && wanted != found)
      out_.Report("conversion/args", "/process/args",
                  "the image runs \"" + Joined(wanted, " ") + "\", and args are \"" +
                      Joined(found, " ") + "\"",
                  kAsked);
  }

  // Labels come first; what else the image says is put where no label is.
  std::map<std::string, std::string> Wanted() const {
    std::map<std::string, std::string> wanted;
    const auto add = [&](const std::string& name, const std::optional<std::string>& value) {
      if (value && !value->empty()) wanted[kImage + name] = *value;
    };
    for (const char* name : {"os", "architecture", "variant", "author", "created"})
      add(name, String(image_, name));
    add("os.version", String(image_, "os.version"));
    const auto features = Strings(image_, "/os.features");
    if (!features.empty()) add("os.features", Joined(features, ","));
    add("stopSignal", StringAt(image_, "/config/StopSignal"));
    ForEachMember(image_, "/config/Labels",
                  [&](const std::string& key, const Json& value, const std::string&) {
                    if (value.is_string()) wanted[key] = value.get<std::string>();
                  });
    return wanted;
  }

  void CheckAnnotations() {
    for (const auto& [key, value] : Wanted()) {
      const std::string pointer = Join("/annotations", key);
      const auto found = StringAt(config_, pointer);
      if (found == value) continue;
      out_.Report("conversion/annotations", found ? pointer : "",
                  "the image says " + key + " = " + value +
                      (found ? ", and the annotation is " + *found : ", and no annotation does"),
                  "annotations repeat what the image says");
    }
  }

  void CheckManifestAnnotations() {
    if (!source_.annotations || !source_.annotations->is_object()) return;
    const auto wanted = Wanted();
    for (const auto& member : source_.annotations->items()) {
      const std::string pointer = Join("/annotations", member.key());
      const Json* found = At(config_, pointer);
      if (found != nullptr && *found == member.value() && !wanted.contains(member.key()))
        out_.Report("conversion/manifest-annotations", pointer,
                    member.key() + " is an annotation of the manifest",
                    "those are about the image and not about its containers: leave it out");
    }
  }

  std::vector<std::vector<std::string>> Lines(const char* file) const {
    std::vector<std::vector<std::string>> lines;
    const auto root = Open(rootfs_, O_PATH | O_DIRECTORY);
    if (!root.has_value()) return lines;
    const auto fd = OpenInRoot(root->get(), file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!fd.has_value()) return lines;
    const auto text = ReadFd(fd->get(), size_t{4} << 20);
    std::istringstream stream(text.value_or(std::string()));
    for (std::string line; std::getline(stream, line);) lines.push_back(Fields(line));
    return lines;
  }

  // The number that a name has in the root filesystem, in the third field of its line.
  std::optional<Whole> NumberOf(const char* file, const std::string& name) const {
    for (const auto& fields : Lines(file)) {
      if (fields.size() > 2 && fields[0] == name && IsNumber(fields[2]))
        return static_cast<Whole>(std::stoll(fields[2]));
    }
    return std::nullopt;
  }

  void CheckNumber(const char* key, const std::string& text, const char* file) {
    const std::string pointer = std::string("/process/user/") + key;
    const auto found = WholeAt(config_, pointer);
    if (IsNumber(text)) {
      if (found != static_cast<Whole>(std::stoll(text)))
        out_.Report("conversion/user-number", found ? pointer : "/process",
                    "the image's User says " + text, kAsked);
      return;
    }
    const auto number = NumberOf(file, text);
    if (number && found != *number)
      out_.Report(
          "conversion/user-name", found ? pointer : "/process",
          "the image's User is " + text + ", which is " + Text(*number) + " in the root filesystem",
          kAsked);
  }

  void CheckUser() {
    const std::string said = StringAt(image_, "/config/User").value_or("");
    if (said.empty()) return;
    const size_t colon = said.find(':');
    const std::string user = said.substr(0, colon);
    CheckNumber("uid", user, "etc/passwd");
    if (colon != std::string::npos) CheckNumber("gid", said.substr(colon + 1), "etc/group");
    CheckGroups(user, colon != std::string::npos);
  }

  void CheckGroups(const std::string& user, bool has_group) {
    std::set<Whole> found;
    ForEach(config_, "/process/user/additionalGids", [&](const Json& gid, const std::string&) {
      if (gid.is_number_unsigned()) found.insert(static_cast<Whole>(gid.get<uint64_t>()));
    });
    std::set<Whole> wanted;
    if (!IsNumber(user) && !has_group) {
      for (const auto& fields : Lines("etc/group")) {
        if (fields.size() < 4 || !IsNumber(fields[2])) continue;
        std::istringstream members(fields[3]);
        for (std::string member; std::getline(members, member, ',');) {
          if (member == user) wanted.insert(static_cast<Whole>(std::stoll(fields[2])));
        }
      }
    }
    // The group of the user itself may stand among them.
    const auto own = WholeAt(config_, "/process/user/gid");
    if (own) {
      found.erase(*own);
      wanted.erase(*own);
    }
    if (found != wanted)
      out_.Report("conversion/additional-gids", "/process/user",
                  "additionalGids are not the further groups of the image's User",
                  "a number or a group in User means that there are none");
  }

  void CheckPorts() {
    std::set<std::string> wanted;
    ForEachMember(
        image_, "/config/ExposedPorts",
        [&](const std::string& key, const Json&, const std::string&) { wanted.insert(key); });
    const std::string key = kImage + "exposedPorts";
    if (wanted.empty() || StringAt(image_, Join("/config/Labels", key))) return;
    const std::string pointer = Join("/annotations", key);
    const auto found = StringAt(config_, pointer);
    if (!found) {
      out_.Report("conversion/exposed-ports", "", "no annotation tells the image's ports",
                  "set " + key);
      return;
    }
    std::set<std::string> told;
    std::istringstream stream(*found);
    for (std::string port; std::getline(stream, port, ',');) told.insert(port);
    if (told != wanted)
      out_.Report("conversion/exposed-ports-list", pointer,
                  "\"" + *found + "\" is not the list of the image's ports",
                  "write " + Joined({wanted.begin(), wanted.end()}, ","));
  }

  void CheckVolumes() {
    std::set<std::string> mounted;
    ForEach(config_, "/mounts", [&](const Json& mount, const std::string&) {
      mounted.insert(String(mount, "destination").value_or(""));
    });
    ForEachMember(image_, "/config/Volumes",
                  [&](const std::string& path, const Json&, const std::string&) {
                    if (!mounted.contains(path))
                      out_.Report("conversion/volumes", "/mounts",
                                  "nothing is mounted at the image's volume " + path,
                                  "what is written there lands in the root filesystem");
                  });
  }

  const Json& config_;
  const Json& image_;
  const ImageSource& source_;
  const std::string& rootfs_;
  RuleReporter& out_;
};

}  // namespace

void CheckConversion(const Json& config, const ImageSource& image, const std::string& rootfs,
                     RuleReporter& reporter) {
  Conversion(config, image, rootfs, reporter).Check();
}

}  // namespace loadline::validator
