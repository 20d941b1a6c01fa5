#include "scheduler/engine/text_arena.h"

#include <cstring>

namespace scheduler::engine {

size_t TextArena::SizeOf(const JobText& text) {
  const size_t name = text.name == text.tag ? 0 : text.name.size();
  const size_t size = 3 + text.tag.size() + name + text.input.size();
  return (size + kUnit - 1) / kUnit * kUnit;
}

uint32_t TextArena::Allocate(size_t size) {
  const size_t bin = size / kUnit;
  if (bin < free_.size() && !free_[bin].empty()) {
    const uint32_t handle = free_[bin].back();
    free_[bin].pop_back();
    return handle;
  }
  // An entry does not cross a chunk: the rest of a chunk that is too short stays unused.
  if (end_ % kChunk + size > kChunk) end_ = (end_ / kChunk + 1) * kChunk;
  const uint32_t handle = end_;
  chunks_.Reserve(handle);
  end_ += static_cast<uint32_t>(size);
  return handle;
}

uint32_t TextArena::Add(const JobText& text) {
  const uint32_t handle = Allocate(SizeOf(text));
  char* p = &chunks_[handle];
  const bool same = text.name == text.tag;
  p[0] = static_cast<char>(text.tag.size());
  p[1] = same ? static_cast<char>(kSameAsTag) : static_cast<char>(text.name.size());
  p[2] = static_cast<char>(text.input.size());
  p += 3;
  std::memcpy(p, text.tag.data(), text.tag.size());
  p += text.tag.size();
  if (!same && !text.name.empty()) {
    std::memcpy(p, text.name.data(), text.name.size());
    p += text.name.size();
  }
  if (!text.input.empty()) std::memcpy(p, text.input.data(), text.input.size());
  return handle;
}

void TextArena::Free(uint32_t handle) {
  const size_t bin = SizeOf(Get(handle)) / kUnit;
  if (bin >= free_.size()) free_.resize(bin + 1);
  free_[bin].push_back(handle);
}

JobText TextArena::Get(uint32_t handle) const {
  const char* p = &chunks_[handle];
  const auto tag_size = static_cast<uint8_t>(p[0]);
  const auto name_size = static_cast<uint8_t>(p[1]);
  const auto input_size = static_cast<uint8_t>(p[2]);
  JobText text;
  text.tag = std::string_view(p + 3, tag_size);
  p += 3 + tag_size;
  if (name_size == kSameAsTag) {
    text.name = text.tag;
  } else {
    text.name = std::string_view(p, name_size);
    p += name_size;
  }
  text.input = std::string_view(p, input_size);
  return text;
}

}  // namespace scheduler::engine
