// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/layout.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/files.h"
#include "reports/certificates/canonical_json.h"
#include "reports/saved/bounded_json.h"

namespace loadline::reports::certificates {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kCap = size_t{64} << 20;
constexpr const char* kBlobs = "blobs/sha256";

std::string HexOf(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

}  // namespace

bool IsSha256(const std::string& digest) {
  return digest.size() == 71 && digest.starts_with("sha256:") &&
         digest.find_first_not_of("0123456789abcdef", 7) == std::string::npos;
}

Result<Json> ParseOrdered(const std::string& text) {
  JsonBudget budget;
  RETURN_IF_ERROR(ParseBounded(text, budget));
  return Json::parse(text, nullptr, false);
}

Error Layout::NoLayout(const std::string& why) const {
  return NoCertificate(path_ + " is no OCI image layout: " + why,
                       "give the directory that holds oci-layout and index.json");
}

Result<Layout> Layout::Open(const std::string& path) {
  Layout layout;
  layout.path_ = path;
  ASSIGN_OR_RETURN(layout.directory_, loadline::Open(path, O_RDONLY | O_DIRECTORY));
  if (!layout.Read("oci-layout")) return layout.NoLayout("it has no file oci-layout");
  return layout;
}

Result<void> Layout::Lock() const {
  if (flock(directory_.get(), LOCK_EX) != 0) return CallError("flock", path_);
  return {};
}

Result<std::string> Layout::Read(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  const auto named = [&path](Error error) {
    error.what = path + (error.call.empty() ? " is " + error.what : " cannot be read");
    return error;
  };
  // Without O_NONBLOCK a fifo that nobody writes to would hold us up for ever.
  const auto file = OpenInRoot(directory_.get(), name, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (!file) return named(file.error());
  struct stat info {};
  if (fstat(file->get(), &info) != 0) return CallError("fstat", path);
  if (!S_ISREG(info.st_mode))
    return Failure(ErrorKind::kUnreadable, path + " is not a regular file");
  auto bytes = ReadFd(file->get(), kCap);
  if (!bytes) return named(std::move(bytes).error());
  return bytes;
}

Result<Json> Layout::ReadIndex() const {
  ASSIGN_OR_RETURN(const std::string text, Read("index.json"));
  auto index = ParseOrdered(text);
  if (!index) return NoLayout("its index.json: " + index.error().what);
  const auto manifests = index->is_object() ? index->find("manifests") : index->end();
  if (!index->is_object() || manifests == index->end() || !manifests->is_array())
    return NoLayout("its index.json holds no list of manifests");
  return index;
}

Result<std::string> Layout::DigestOfIndex() const {
  ASSIGN_OR_RETURN(const std::string text, Read("index.json"));
  return Sha256(text);
}

Result<std::string> Layout::ReadBlob(const std::string& digest) const {
  if (!IsSha256(digest)) return Altered("\"" + digest + "\" names no blob");
  ASSIGN_OR_RETURN(std::string bytes, Read(std::string(kBlobs) + "/" + HexOf(digest)));
  if (Sha256(bytes) != digest) return Altered("the blob " + digest + " is not what it is called");
  return bytes;
}

Result<Json> Layout::AddBlob(const std::string& bytes, const std::string& media_type) const {
  const std::string digest = Sha256(bytes);
  ASSIGN_OR_RETURN(const UniqueFd blobs, MakeDirectoriesInRoot(directory_.get(), kBlobs, 0755));
  RETURN_IF_ERROR(WriteFileAtomically(ProcPath(blobs.get()) + "/" + HexOf(digest), bytes));
  return Json{{"mediaType", media_type}, {"digest", digest}, {"size", bytes.size()}};
}

Result<void> Layout::ReplaceIndex(const Json& index) const {
  const std::string text = index.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return WriteFileAtomically(ProcPath(directory_.get()) + "/index.json", text);
}

}  // namespace loadline::reports::certificates
