// SPDX-License-Identifier: Apache-2.0
#include "validator/validate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "validator/appc/aci.h"
#include "validator/appc/discovery.h"
#include "validator/archive/archive_reader.h"
#include "validator/image/conversion.h"
#include "validator/image/image.h"
#include "validator/names/names.h"
#include "validator/rules/access.h"
#include "validator/signatures/simple_signature.h"
#include "validator/subject/subject.h"

namespace loadline::validator {
namespace {

reports::Subject SubjectOf(const std::string& name, SubjectType type, std::string digest) {
  reports::Subject subject;
  subject.name = name;
  subject.type = ToText(type);
  subject.digest = std::move(digest);
  return subject;
}

std::string KindNames() {
  std::string names;
  for (const SubjectKind& kind : SubjectKinds())
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

Error UnknownKind(const std::string& file) {
  return Failure(file + " is of no kind that is known here", "say --kind: " + KindNames());
}

Result<Judgement> ValidateBundle(const OpenedSubject& subject, const ValidateOptions& options) {
  const std::string file = (subject.path == "/" ? "" : subject.path) + "/config.json";
  auto fd = OpenAt(subject.fd.get(), "config.json", O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (!fd.has_value()) {
    if (fd.error().number != ENOENT) return std::move(fd).error();
    return Failure(subject.path + " holds no config.json",
                   "a bundle has one at its top; pass a bundle, an image or an ACI (directory or "
                   "archive), or a JSON document");
  }
  struct stat info {};
  if (fstat(fd->get(), &info) != 0) return CallError("fstat", file);
  if (!S_ISREG(info.st_mode))
    return Failure(file + " is not a regular file", "a bundle's config.json is one");
  const Limits limits;
  OpenedSubject config;
  config.file = file;
  config.fd = std::move(*fd);
  ASSIGN_OR_RETURN(const std::string text, ReadText(config, limits));
  const Document document = Document::Parse(text, limits);
  const SubjectType type = options.type.value_or(SubjectType::kBundle);
  Findings findings(subject.path, options.spec);
  findings.JudgeDocument({file, document, type, subject.path});
  if (!options.image.empty() && document.root() != nullptr) {
    ASSIGN_OR_RETURN(const ImageSource image, ReadImageSource(options.image));
    const std::string root = StringAt(*document.root(), "/root/path").value_or("rootfs");
    DocumentReporter converted(findings, file, document);
    CheckConversion(*document.root(), image,
                    root.starts_with('/') ? root : subject.path + "/" + root, converted);
  }
  return std::move(findings).Finish(SubjectOf(subject.path, type, Sha256(text)));
}

Result<Judgement> ValidateDocument(OpenedSubject& subject, const std::string& path,
                                   const ValidateOptions& options) {
  const Limits limits;
  ASSIGN_OR_RETURN(const std::string text, ReadText(subject, limits));
  std::optional<SubjectType> type = options.type;
  if (type == SubjectType::kAppcDiscovery || (!type && IsDiscoveryPage(text)))
    return JudgeDiscoveryPage(path, subject.file, text, options);
  const Document document = Document::Parse(text, limits);
  if (!type) type = DetectDocument(document);
  // A text that is no JSON cannot say what it is; its findings matter more than its kind.
  if (!type && document.root() == nullptr) type = SubjectType::kConfig;
  if (!type) return UnknownKind(subject.file);
  std::string bundle;
  if (*type == SubjectType::kBundle) {
    const size_t slash = subject.file.rfind('/');
    bundle = slash == std::string::npos ? "." : subject.file.substr(0, slash);
  }
  Findings findings(path, options.spec);
  findings.JudgeDocument({subject.file, document, *type, bundle});
  if (*type == SubjectType::kAppcImage)
    JudgeDependencies(findings, subject.file, document, options);
  return std::move(findings).Finish(SubjectOf(path, *type, Sha256(text)));
}

}  // namespace

Result<Judgement> ValidatePath(const std::string& path, const ValidateOptions& options) {
  if (const Grammar* grammar = FindGrammar(options.grammar))
    return ValidateNames(*grammar, path, options.spec);
  ASSIGN_OR_RETURN(OpenedSubject subject, OpenSubject(path));
  std::optional<SubjectType> type = options.type;
  if (!type)
    type = subject.is_directory ? DetectDirectory(subject.fd.get()) : DetectArchive(subject);
  if (type == SubjectType::kImage) return ValidateImage(subject, options);
  if (type == SubjectType::kAci) return ValidateAci(subject, options);
  if (type == SubjectType::kSignature && !subject.is_directory)
    return ValidateSignature(subject, options);
  if (type == SubjectType::kLayer) return ValidateLayer(subject, options);
  if (subject.is_directory) return ValidateBundle(subject, options);
  const Format format = FormatOf(subject.beginning);
  if (!options.type && (format == Format::kTar || IsCompressed(format)))
    return UnknownKind(subject.file);
  return ValidateDocument(subject, path, options);
}

Judgement ValidateText(const std::string& name, std::string_view text, SubjectType type,
                       const ValidateOptions& options) {
  if (type == SubjectType::kAppcDiscovery) return JudgeDiscoveryPage(name, name, text, options);
  const Document document = Document::Parse(text);
  Findings findings(name, options.spec);
  findings.JudgeDocument({name, document, type, ""});
  return std::move(findings).Finish(SubjectOf(name, type, Sha256(text)));
}

}  // namespace loadline::validator
