// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/aci.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/files.h"
#include "validator/appc/aci_walk.h"
#include "validator/appc/dependencies.h"
#include "validator/signatures/openpgp.h"

namespace loadline::validator {
namespace {

// Everything that is said about one image.
class AciJudge {
 public:
  AciJudge(const OpenedSubject& subject, const ValidateOptions& options)
      : subject_(subject), options_(options), findings_(subject.path, options.spec) {}

  Result<Judgement> Archive() {
    CheckName();
    FdSource file(subject_.fd.get(), subject_.file, subject_.beginning);
    const Format format = FormatOf(subject_.beginning);
    if (format != Format::kTar && (!IsCompressed(format) || format == Format::kZstd)) {
      Say("aci/compression", "it is " + std::string(ToText(format)),
          "an ACI is a tar archive, plain or packed with gzip, bzip2 or xz");
      if (!IsCompressed(format)) return Finish("");
    }
    AciWalk walk(options_.limits);
    std::string id;
    if (auto read = ReadAci(file, format, walk); read.has_value())
      id = *read;
    else
      Say("aci/archive", read.error().ToLine(), "write the archive again");
    SayAll(walk);
    if (!walk.manifest().empty()) JudgeManifest(subject_.file + "!/manifest", walk.manifest());
    CheckSignature();
    return Finish(id);
  }

  Result<Judgement> Directory() {
    AciWalk walk(options_.limits);
    ASSIGN_OR_RETURN(UniqueFd listing, OpenAt(subject_.fd.get(), ".", O_RDONLY | O_DIRECTORY));
    DIR* directory = fdopendir(listing.get());
    if (directory == nullptr) return CallError("fdopendir", subject_.path);
    listing.Release();
    while (const dirent* entry = readdir(directory)) {
      const std::string name = entry->d_name;
      struct stat info {};
      if (name == "." || name == ".." ||
          fstatat(subject_.fd.get(), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        continue;
      walk.SeeTop(name, S_ISREG(info.st_mode)   ? EntryType::kFile
                        : S_ISDIR(info.st_mode) ? EntryType::kDirectory
                                                : EntryType::kOther);
    }
    closedir(directory);
    walk.Finish();
    SayAll(walk);
    if (walk.has_manifest_file()) {
      ASSIGN_OR_RETURN(const std::string text, ReadManifestOf(subject_.fd.get(), options_.limits));
      JudgeManifest(subject_.path + "/manifest", text);
    }
    return Finish("");
  }

 private:
  void CheckName() {
    if (subject_.file != "<stdin>" && !subject_.path.ends_with(".aci"))
      Say("aci/suffix", "its name does not end in .aci", "name it like app-1.0-linux-amd64.aci");
  }

  void CheckSignature() {
    if (subject_.file == "<stdin>") return;
    const std::string name = subject_.path + ".asc";
    const auto signature = ReadFile(name, size_t{1} << 20);
    if (!signature.has_value()) {
      Say("aci/signed", "there is no signature beside it",
          "sign it: gpg --armor --detach-sign makes " + name);
    } else if (!signature->starts_with("-----BEGIN PGP SIGNATURE-----")) {
      Say("aci/signature-armoured", name + " is not an ASCII-armoured detached signature",
          "make it with gpg --armor --detach-sign");
    } else if (!options_.keyring.empty()) {
      const auto verified = VerifyDetached(name, subject_.path, options_.keyring);
      if (!verified.has_value() || !verified->good)
        Say("signature/verified", verified.has_value() ? verified->who : verified.error().ToLine(),
            "trust nothing that it says");
    }
  }

  void JudgeManifest(const std::string& file, const std::string& text) {
    const Document document = Document::Parse(text);
    findings_.JudgeDocument({file, document, SubjectType::kAppcImage, ""});
    JudgeDependencies(findings_, file, document, options_);
  }

  void Say(std::string_view rule, std::string message, std::string hint) {
    findings_.Report(rule, {subject_.file, 1, 1, ""}, std::move(message), std::move(hint));
  }

  void SayAll(const AciWalk& walk) {
    for (const Observation& seen : walk.observations().found())
      Say(seen.rule, seen.message, seen.hint);
  }

  Judgement Finish(std::string id) {
    findings_.CountSilentRules(SubjectType::kAci);
    reports::Subject judged;
    judged.name = subject_.path;
    judged.type = ToText(SubjectType::kAci);
    judged.digest = std::move(id);
    return std::move(findings_).Finish(std::move(judged));
  }

  const OpenedSubject& subject_;
  const ValidateOptions& options_;
  Findings findings_;
};

}  // namespace

void JudgeDependencies(Findings& findings, const std::string& file, const Document& document,
                       const ValidateOptions& options) {
  if (options.with == nullptr || document.root() == nullptr) return;
  DocumentReporter reporter(findings, file, document);
  CheckDependencies(*document.root(), *options.with, reporter);
}

Result<Judgement> ValidateAci(const OpenedSubject& subject, const ValidateOptions& options) {
  AciJudge judge(subject, options);
  return subject.is_directory ? judge.Directory() : judge.Archive();
}

}  // namespace loadline::validator
