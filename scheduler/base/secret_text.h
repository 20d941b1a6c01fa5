#ifndef SCHEDULER_BASE_SECRET_TEXT_H_
#define SCHEDULER_BASE_SECRET_TEXT_H_

#include <string.h>  // explicit_bzero is not in <cstring>. NOLINT(modernize-deprecated-headers)

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace scheduler::base {

// A secret in the clear. Its bytes are overwritten when it is dropped, and it is not copied by accident:
// only what must send it asks for its view.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view text) : SecretText(text.size()) {
    if (!text.empty()) memcpy(bytes_.get(), text.data(), text.size());
  }
  // Of so many bytes, to be written through `data`.
  explicit SecretText(size_t size) : bytes_(std::make_unique<char[]>(size)), size_(size) {}
  ~SecretText() { Wipe(); }

  SecretText(SecretText&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  SecretText& operator=(SecretText&& other) noexcept {
    if (this == &other) return *this;
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  std::string_view view() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  char* data() { return bytes_.get(); }
  // Drops the bytes after the first `size`.
  void Shorten(size_t size) {
    if (size >= size_) return;
    explicit_bzero(bytes_.get() + size, size_ - size);
    size_ = size;
  }

 private:
  // Not left out by the compiler, as a memset before the end of the memory's life would be.
  void Wipe() {
    if (bytes_ != nullptr) explicit_bzero(bytes_.get(), size_);
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

}  // namespace scheduler::base

#endif  // SCHEDULER_BASE_SECRET_TEXT_H_
