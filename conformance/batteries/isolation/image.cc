// SPDX-License-Identifier: Apache-2.0
#include "conformance/batteries/isolation/image.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/files.h"

namespace loadline::conformance::isolation {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kOutside = "${outside}";

std::string Expanded(std::string text, const std::string& outside) {
  for (size_t at = text.find(kOutside); at != std::string::npos; at = text.find(kOutside))
    text.replace(at, kOutside.size(), outside);
  return text;
}

Result<void> PlantOne(const std::string& path, const Planted& one, const std::string& text) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  fs::remove_all(path, error);
  switch (one.kind) {
    case Planted::Kind::kLink:
      if (symlink(text.c_str(), path.c_str()) != 0) return CallError("symlink", path);
      return {};
    case Planted::Kind::kFile:
      return WriteFileAtomically(path, text, 0666);
    case Planted::Kind::kFifo:
      if (mkfifo(path.c_str(), 0666) != 0) return CallError("mkfifo", path);
      return {};
    case Planted::Kind::kDirectory:
      if (mkdir(path.c_str(), one.mode) != 0) return CallError("mkdir", path);
  }
  return {};
}

}  // namespace

Planted Link(std::string path, std::string target) {
  return {Planted::Kind::kLink, std::move(path), std::move(target)};
}
Planted File(std::string path, std::string content) {
  return {Planted::Kind::kFile, std::move(path), std::move(content)};
}
Planted Fifo(std::string path) { return {Planted::Kind::kFifo, std::move(path), ""}; }
Planted Directory(std::string path, mode_t mode) {
  return {Planted::Kind::kDirectory, std::move(path), "", mode};
}

Result<void> Plant(const std::string& rootfs, const std::vector<Planted>& image,
                   const std::string& outside) {
  for (const Planted& one : image)
    RETURN_IF_ERROR(PlantOne(rootfs + one.path, one, Expanded(one.text, outside)));
  return {};
}

Result<void> AllowDevices(const Rig& rig) {
  const std::string& bundles = rig.paths().bundles;
  if (mount("tmpfs", bundles.c_str(), "tmpfs", MS_NOSUID, "size=96m,mode=755") != 0)
    return CallError("mount", bundles);
  return GiveTree(bundles, rig.paths().caller);
}

namespace {

class Trials {
 public:
  Trials(Rig& rig, Findings& findings) : rig_(rig), findings_(findings) {}

  Result<void> Judge(const HostileBundle& bundle) {
    ASSIGN_OR_RETURN(const Outcome outcome, Run(bundle, bundle.image));
    if (outcome.refused && outcome.changes.empty() && !bundle.odd_config) {
      ASSIGN_OR_RETURN(const bool refused, RefusesOrdinary(bundle));
      if (refused)
        findings_.Say(bundle.check, reports::Verdict::kInconclusive,
                      bundle.what + ": an ordinary image is refused as well", outcome.ToJson());
    }
    JudgeTrial(findings_, bundle.check, outcome, bundle.wrong);
    return {};
  }

 private:
  Result<Outcome> Run(const HostileBundle& bundle, const std::vector<Planted>& image) {
    ASSIGN_OR_RETURN(const Sentinels sentinels, Sentinels::MakeBelow(rig_.paths().work));
    Trial trial;
    trial.config = json::parse(Expanded(bundle.config.dump(), sentinels.directory()));
    trial.prepare = [&](const std::string& rootfs) {
      return Plant(rootfs, image, sentinels.directory());
    };
    trial.messages = bundle.messages;
    trial.terminal = bundle.terminal;
    ASSIGN_OR_RETURN(Outcome outcome, Try(rig_, trial, sentinels));
    outcome.what = bundle.what;
    return outcome;
  }

  Result<bool> RefusesOrdinary(const HostileBundle& bundle) {
    const auto [known, is_new] = ordinary_.try_emplace(bundle.config.dump(), false);
    if (is_new) {
      ASSIGN_OR_RETURN(const Outcome outcome, Run(bundle, {}));
      known->second = outcome.refused;
    }
    return known->second;
  }

  Rig& rig_;
  Findings& findings_;
  std::map<std::string, bool> ordinary_;  // by configuration: whether it was refused
};

}  // namespace

Result<void> TryBundles(Rig& rig, Findings& findings, const std::vector<HostileBundle>& bundles) {
  Trials trials(rig, findings);
  for (const HostileBundle& bundle : bundles) RETURN_IF_ERROR(trials.Judge(bundle));
  return {};
}

}  // namespace loadline::conformance::isolation
