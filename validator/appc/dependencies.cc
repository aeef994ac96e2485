// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/dependencies.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "validator/rules/access.h"

namespace loadline::validator {
namespace {

using Json = nlohmann::json;

std::string NameOf(const Json& manifest) { return StringAt(manifest, "/name").value_or(""); }

std::map<std::string, std::string> LabelsOf(const Json& object) {
  std::map<std::string, std::string> labels;
  ForEach(object, "/labels", [&](const Json& label, const std::string&) {
    const auto name = String(label, "name");
    const auto value = String(label, "value");
    if (name && value) labels[*name] = *value;
  });
  return labels;
}

// The first label that a dependency asks for and an image does not have.
std::optional<std::string> MissingLabel(const Json& dependency, const Json& manifest) {
  const auto labels = LabelsOf(manifest);
  for (const auto& [name, value] : LabelsOf(dependency)) {
    const auto found = labels.find(name);
    if (found == labels.end() || found->second != value) return name + " " + value;
  }
  return std::nullopt;
}

bool IsIn(const std::vector<const AppcImage*>& images, const AppcImage& image) {
  return std::find(images.begin(), images.end(), &image) != images.end();
}

// One image's dependencies, followed as a renderer follows them.
class Resolver {
 public:
  Resolver(const Json& manifest, const std::vector<AppcImage>& others, RuleReporter& reporter)
      : self_{"", std::shared_ptr<const Json>(std::shared_ptr<void>(), &manifest), "", 0},
        others_(others),
        reporter_(reporter) {}

  void Check() {
    ForEach(*self_.manifest, "/dependencies", [&](const Json& dependency, const std::string& at) {
      const AppcImage* image = Find(dependency);
      if (image == nullptr) {
        SayAbsent(dependency, at);
        return;
      }
      Compare(dependency, *image, at);
      trail_ = {&self_};
      Follow(*image, at);
    });
  }

 private:
  const AppcImage* Find(const Json& dependency) const {
    const auto name = String(dependency, "imageName");
    const auto fits = [&](const AppcImage& image) {
      return name && NameOf(*image.manifest) == *name &&
             !MissingLabel(dependency, *image.manifest).has_value();
    };
    if (fits(self_)) return &self_;
    const auto found = std::find_if(others_.begin(), others_.end(), fits);
    return found == others_.end() ? nullptr : &*found;
  }

  void SayAbsent(const Json& dependency, const std::string& at) {
    const std::string name = String(dependency, "imageName").value_or("");
    for (const AppcImage& image : others_) {
      if (NameOf(*image.manifest) != name) continue;
      reporter_.Report("appc/dependency/labels", at,
                       image.path + " is " + name + " without the label " +
                           MissingLabel(dependency, *image.manifest).value_or(""),
                       "an image serves only when it has every label that is asked for");
      return;
    }
    reporter_.Report("appc/dependency/present", at,
                     "no image given with --with is \"" + name + "\"", "give that one too");
  }

  void Compare(const Json& dependency, const AppcImage& image, const std::string& at) {
    const auto id = String(dependency, "imageID");
    if (id && !image.id.empty() && "sha512-" + image.id.substr(image.id.find(':') + 1) != *id)
      reporter_.Report("appc/dependency/image-id", at + "/imageID",
                       image.path + " has another image ID: " + image.id,
                       "it is not the image that was meant: build this one against it again");
    const auto size = Integer(dependency, "size");
    if (size && image.size > 0 && *size != static_cast<Whole>(image.size))
      reporter_.Report("appc/dependency/size", at + "/size",
                       image.path + " has " + std::to_string(image.size) + " bytes",
                       "say the size of the archive as it is fetched");
  }

  // Whether no image is met again on the way down; `done_` are those from which none is.
  bool Follow(const AppcImage& image, const std::string& at) {
    if (IsIn(done_, image)) return true;
    const bool again = IsIn(trail_, image);
    trail_.push_back(&image);
    if (again) {
      std::string way;
      for (const AppcImage* step : trail_)
        way += (way.empty() ? "" : " needs ") + NameOf(*step->manifest);
      reporter_.Report("appc/dependency/acyclic", at, way,
                       "whoever renders it would never end: take one of them out");
      return false;
    }
    bool ends = true;
    ForEach(*image.manifest, "/dependencies", [&](const Json& dependency, const std::string&) {
      const AppcImage* next = ends ? Find(dependency) : nullptr;
      if (next != nullptr) ends = Follow(*next, at);
    });
    trail_.pop_back();
    if (ends) done_.push_back(&image);
    return ends;
  }

  const AppcImage self_;
  const std::vector<AppcImage>& others_;
  RuleReporter& reporter_;
  std::vector<const AppcImage*> trail_;
  std::vector<const AppcImage*> done_;
};

}  // namespace

void CheckDependencies(const Json& manifest, const std::vector<AppcImage>& others,
                       RuleReporter& reporter) {
  if (!others.empty()) Resolver(manifest, others, reporter).Check();
}

}  // namespace loadline::validator
