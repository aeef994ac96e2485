// SPDX-License-Identifier: Apache-2.0
// The kernel's mount interface by descriptor: a mount is made first and attached then, so no path
// is looked up twice.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "reference-runtime/mount_options.h"

namespace loadline::runtime {

// A detached mount of a new filesystem instance. `options` are flags and key=value.
Result<UniqueFd> NewFilesystem(const std::string& type, const std::string& source,
                               const std::vector<std::string>& options, uint64_t attributes);
// The same, attached at once, by the one call that mount(2) needs; false where it cannot be, for
// which NewFilesystem has the words. For as long as /proc is the caller's.
bool MountNewFilesystem(int target, const std::string& type, const std::string& source,
                        const std::vector<std::string>& options, uint64_t attributes);
// Changes the filesystem of a mount: what of `options` it lets change afterwards.
Result<void> Reconfigure(int mount, const std::vector<std::string>& options);
// A detached copy of what stands at a path (relative to `directory`, or the descriptor itself when
// the path is empty), with these attributes besides its own.
Result<UniqueFd> CloneTree(int directory, const std::string& path, bool recursive,
                           uint64_t attributes = 0);
// Puts a detached mount onto what stands at a path, or onto what `target` refers to.
Result<void> Attach(int mount, int target, const std::string& path = "");
// Changes a mount (and those below it). Clearing one of the times clears them all, as the kernel
// wants it.
Result<void> SetAttributes(int mount, uint64_t set, uint64_t clear, bool recursive);
// MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE.
Result<void> SetPropagation(int mount, uint64_t propagation, bool recursive);
// The mount id-mapped by a user namespace.
Result<void> SetIdMap(int mount, int user_namespace, bool recursive);

}  // namespace loadline::runtime
