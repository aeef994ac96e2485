// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/own_program.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <linux/mount.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "base/files.h"
#include "reference-runtime/mount_calls.h"

// What early_start.cc has seen: whether this program runs from a read-only place already, and the
// descriptor of the mount that it has made for that.
extern "C" {
bool loadline_runs_read_only = false;
int loadline_place = -1;
}

namespace loadline::runtime {
namespace {

constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

bool IsReadOnly(int program) {
  struct statvfs filesystem {};
  if (fstatvfs(program, &filesystem) == 0 && (filesystem.f_flag & ST_RDONLY) != 0) return true;
  const int seals = fcntl(program, F_GET_SEALS);
  return seals >= 0 && (seals & kSeals) == kSeals;
}

Result<UniqueFd> ReadOnlyMount(int program) {
  ASSIGN_OR_RETURN(UniqueFd mount, CloneTree(program, "", false));
  RETURN_IF_ERROR(SetAttributes(mount.get(), MOUNT_ATTR_RDONLY, 0, false));
  return mount;
}

Result<UniqueFd> SealedCopy(int program) {
  UniqueFd copy(memfd_create("loadline-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!copy) return CallError("memfd_create");
  struct stat info {};
  if (fstat(program, &info) != 0) return CallError("fstat", "/proc/self/exe");
  off_t at = 0;
  while (at < info.st_size) {
    const ssize_t count =
        sendfile(copy.get(), program, &at, static_cast<size_t>(info.st_size - at));
    if (count <= 0) return CallError("sendfile", "/proc/self/exe");
  }
  if (fchmod(copy.get(), 0555) != 0) return CallError("fchmod", "the sealed copy");
  if (fcntl(copy.get(), F_ADD_SEALS, kSeals) != 0) return CallError("fcntl", "F_ADD_SEALS");
  return copy;
}

size_t Rounded(size_t size) { return (size + 3) & ~size_t{3}; }

// The build id among the notes of one segment.
std::string BuildIdIn(const char* notes, size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, notes, sizeof note);
    const size_t whole = sizeof note + Rounded(note.n_namesz) + Rounded(note.n_descsz);
    if (whole > size) break;
    if (note.n_type == NT_GNU_BUILD_ID)
      return std::string(notes + sizeof note + Rounded(note.n_namesz), note.n_descsz);
    notes += whole;
    size -= whole;
  }
  return "";
}

// Called for this program first; the libraries after it are passed over.
int TakeBuildId(dl_phdr_info* program, size_t /*size*/, void* result) {
  for (int i = 0; i < program->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = program->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* notes = reinterpret_cast<const char*>(program->dlpi_addr + segment.p_vaddr);
    auto& id = *static_cast<std::string*>(result);
    if (id.empty()) id = BuildIdIn(notes, segment.p_memsz);
  }
  return 1;
}

}  // namespace

std::string BuildId() {
  std::string bytes;
  dl_iterate_phdr(TakeBuildId, &bytes);
  std::string id;
  for (const char byte : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    id += kDigits[static_cast<uint8_t>(byte) >> 4];
    id += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return id;
}

Result<void> RunFromReadOnlyPlace(char** arguments) {
  if (loadline_runs_read_only) return {};
  ASSIGN_OR_RETURN(const UniqueFd program, Open("/proc/self/exe", O_RDONLY));
  if (IsReadOnly(program.get())) return {};
  auto place = ReadOnlyMount(program.get());
  if (!place.has_value()) place = SealedCopy(program.get());
  if (!place.has_value()) return std::move(place).error();
  syscall(SYS_execveat, place->get(), "", arguments, environ, AT_EMPTY_PATH);
  return CallError("execveat", "/proc/self/exe");
}

Result<void> CloseInherited(int preserved) {
  const unsigned first = 3U + static_cast<unsigned>(preserved);
  const auto place = static_cast<unsigned>(loadline_place);
  const bool keeps_place = loadline_place >= 0 && place >= first;
  if (loadline_place >= 0 && fcntl(loadline_place, F_SETFD, FD_CLOEXEC) != 0)
    return CallError("fcntl", "FD_CLOEXEC");
  if (keeps_place && place > first && syscall(SYS_close_range, first, place - 1, 0U) != 0)
    return CallError("close_range");
  if (syscall(SYS_close_range, keeps_place ? place + 1 : first, ~0U, 0U) != 0)
    return CallError("close_range");
  return {};
}

void LeavePlace() {
  if (loadline_place >= 0) close(loadline_place);
  loadline_place = -1;
}

}  // namespace loadline::runtime
