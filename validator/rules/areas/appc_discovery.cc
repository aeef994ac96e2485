// SPDX-License-Identifier: Apache-2.0
// Rules on discovery pages of appc (discovery.md); appc/discovery.h reports them.
#include "validator/rules/rule.h"

namespace loadline::validator {
namespace {

using schema::Level;

constexpr std::string_view kExtCited[] = {"appc/discovery/discovery-templates/ext-present"};
constexpr std::string_view kHttpsCited[] = {"appc/discovery/discovery-url/https-template"};
constexpr std::string_view kKeysCited[] = {"appc/discovery/discovery-url/pubkeys-url"};
constexpr std::string_view kPrefixCited[] = {"appc/discovery/discovery-url/prefix-compared"};
constexpr std::string_view kTemplateCited[] = {
    "appc/discovery/discovery-url/ac-discovery-template"};
constexpr std::string_view kUriTemplateCited[] = {"appc/discovery/discovery-url/uri-templates"};

constexpr Rule kRules[] = {
    {"discovery/ext", "a template tells image and signature apart", Level::kMust, kExtCited,
     nullptr},
    {"discovery/https", "one template is one of HTTPS", Level::kShould, kHttpsCited, nullptr},
    {"discovery/keys", "a tag of keys holds their address", Level::kShould, kKeysCited, nullptr},
    {"discovery/prefix", "a prefix is the beginning of a name", Level::kShould, {}, nullptr},
    {"discovery/prefix-matches", "the page is for the images given", Level::kMust, kPrefixCited,
     nullptr},
    {"discovery/tags",
     "the page has discovery tags, and not too many",
     Level::kShould,
     {},
     nullptr},
    {"discovery/template", "a tag holds a template", Level::kMust, kTemplateCited, nullptr},
    {"discovery/uri-template", "a template is one of addresses", Level::kMust, kUriTemplateCited,
     nullptr},
};

}  // namespace

RuleArea AppcDiscoveryRules() { return {SubjectType::kAppcDiscovery, kRules}; }

}  // namespace loadline::validator
