// SPDX-License-Identifier: Apache-2.0
#include "reference-runtime/resident.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

extern "C" {  // the linker's, of what is LOADLINE_PROBED
extern const char __start_loadline_probed[];
extern const char __stop_loadline_probed[];
}

namespace loadline::runtime {
namespace {

void LetGoOf(uintptr_t begin, uintptr_t end) {
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

// What was mapped to be read only comes from the file, whenever it is asked for again: all but the
// pages on which somebody may listen.
int LetGo(dl_phdr_info* object, size_t /*size*/, void* /*nothing*/) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    const uintptr_t kept = reinterpret_cast<uintptr_t>(__start_loadline_probed) & ~(page - 1);
    const uintptr_t kept_to =
        (reinterpret_cast<uintptr_t>(__stop_loadline_probed) + page - 1) & ~(page - 1);
    LetGoOf(begin, std::min(end, kept));
    LetGoOf(std::max(begin, kept_to), end);
  }
  return 0;
}

}  // namespace

void KeepLittleResident() {
  malloc_trim(0);
  dl_iterate_phdr(LetGo, nullptr);
}

}  // namespace loadline::runtime
