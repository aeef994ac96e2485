// SPDX-License-Identifier: Apache-2.0
// What the probe sees: one JSON document per look (schema/loadline/observation.json, member
// "probe").
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace loadline::probe {

// Everything that is cheap, and what the request asks for: {"paths": […], "sysctls": […],
// "syscalls": […], "attempts": […]}. A fact that cannot be seen is absent, and "unavailable" says
// why. Looking changes nothing.
nlohmann::json Observe(const nlohmann::json& request);

// The groups of facts, one file each.
void ObserveIdentity(nlohmann::json& probe);
void ObserveProcess(nlohmann::json& probe);
void ObserveLimits(nlohmann::json& probe);
void ObserveNamespaces(nlohmann::json& probe);
void ObserveMounts(nlohmann::json& probe);
// The mounts that another process sees, by destination; null when its table cannot be read.
nlohmann::json ObserveMountsOf(const std::string& process);
// The directories that the control group of this path has, below all mounts of hierarchies.
nlohmann::json ObserveGroups(const std::string& group);
// One thread, whose directory of /proc is given: the ids, rights and namespaces that the kernel
// keeps for each. Empty when it is gone.
nlohmann::json ObserveThread(const std::string& directory);
void ObserveNetwork(nlohmann::json& probe);
void ObserveTerminal(nlohmann::json& probe);
void ObserveSurroundings(nlohmann::json& probe);
nlohmann::json ObservePath(const std::string& path);
nlohmann::json ObserveSysctl(const std::string& key);
// Calls a system call by name, harmlessly, in a child: "ok", an errno's name, or the signal that
// ended the child.
std::string TrySystemCall(const std::string& name);
// Tries something that an isolated process should not be able to do, in a child, and undoes nothing
// because the child is gone.
std::string TryAttempt(const std::string& name);

}  // namespace loadline::probe
