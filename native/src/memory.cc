// SPDX-License-Identifier: MIT
// Owns mappings: as views, which no live view may outlive, and as bare regions.
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>

#include "shim.h"

namespace tgtctl {

namespace {

constexpr uint64_t kMaxView = 4ull << 30;  // Node's limit for an ArrayBuffer
constexpr napi_type_tag kMappingTag = {0x7467746374c86d61ull, 0x9b1f2a5ce04d7713ull};

// Held by the ArrayBuffer's finalizer and by the Mapping object's. The address
// range stays reserved until the first of them has run, so it cannot be reused
// while somebody may still hold a pointer into it.
struct View {
  void* address;
  size_t size;
  bool released = false;  // the pages are anonymous by now, or unmapped
};
using ViewRef = std::shared_ptr<View>;

size_t page_up(uint64_t n) {
  auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return (n + page - 1) / page * page;
}

// Ends the mapping of the device but not the range: a late access reads zeroes.
int release(View& view) {
  if (view.released) return 0;
  void* p = mmap(view.address, page_up(view.size), PROT_READ | PROT_WRITE,
                 MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return errno;
  view.released = true;
  return 0;
}

Napi::Value make_mapping(Napi::Env env, void* address, size_t size) {
  auto view = std::make_shared<View>(View{address, size});
  auto* for_buffer = new ViewRef(view);
  napi_value buffer;
  napi_status status = napi_create_external_arraybuffer(
      env, address, size,
      [](napi_env, void*, void* hint) {
        auto* ref = static_cast<ViewRef*>(hint);
        munmap((*ref)->address, page_up((*ref)->size));
        (*ref)->released = true;
        delete ref;
      },
      for_buffer, &buffer);
  if (status != napi_ok) {
    munmap(address, page_up(size));
    delete for_buffer;
    throw Napi::Error::New(env);
  }
  Napi::Object mapping = Napi::Object::New(env);
  mapping.Set("buffer", Napi::Value(env, buffer));
  mapping.Set("address", Napi::BigInt::New(env, reinterpret_cast<uint64_t>(address)));
  mapping.Set("size", Napi::Number::New(env, static_cast<double>(size)));
  auto* for_object = new ViewRef(view);
  if (napi_type_tag_object(env, mapping, &kMappingTag) != napi_ok ||
      napi_wrap(
          env, mapping, for_object,
          [](napi_env, void* data, void*) { delete static_cast<ViewRef*>(data); }, nullptr,
          nullptr) != napi_ok) {
    delete for_object;
    throw Napi::Error::New(env);
  }
  return mapping;
}

size_t view_size(const Napi::CallbackInfo& info, size_t at) {
  uint64_t size = arg_size(info, at, "size");
  if (!size) throw_type(info.Env(), "size: more than 0 bytes expected");
  if (size > kMaxView) throw_type(info.Env(), "size: a view cannot exceed 4 GiB; use mapRegion");
  return size;
}

Napi::Value map(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = arg_int(info, 0, "fd");
  uint64_t offset = arg_size(info, 1, "offset");
  size_t size = view_size(info, 2);
  bool writable = arg_bool(info, 3, "writable");
  // Beyond a file's end a page is SIGBUS, and JavaScript touches it directly.
  struct stat st;
  if (fstat(fd, &st) < 0) throw_errno(env, errno, "fstat");
  if (S_ISREG(st.st_mode) && offset + size > page_up(static_cast<uint64_t>(st.st_size)))
    throw_errno(env, EINVAL, "mmap");
  void* p = mmap(nullptr, size, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd,
                 static_cast<off_t>(offset));
  if (p == MAP_FAILED) throw_errno(env, errno, "mmap");
  return make_mapping(env, p, size);
}

Napi::Value arena(const Napi::CallbackInfo& info) {
  size_t size = view_size(info, 0);
  void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) throw_errno(info.Env(), errno, "mmap");
  return make_mapping(info.Env(), p, size);
}

void unmap(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  bool ours = false;
  void* wrapped = nullptr;
  if (!info[0].IsObject() ||
      napi_check_object_type_tag(env, info[0], &kMappingTag, &ours) != napi_ok || !ours ||
      napi_unwrap(env, info[0], &wrapped) != napi_ok)
    throw_type(env, "mapping: an object from map() or arena() expected");
  View& view = **static_cast<ViewRef*>(wrapped);
  if (view.released) return;
  int err = release(view);
  if (err) throw_errno(env, err, "mmap");
  // From here on the finalizer may run, and the range be reused.
  Napi::Value buffer = info[0].As<Napi::Object>().Get("buffer");
  if (buffer.IsArrayBuffer() && buffer.As<Napi::ArrayBuffer>().Data() == view.address)
    buffer.As<Napi::ArrayBuffer>().Detach();
}

// Regions are named by their address from any thread, so they belong to the process.
struct Regions {
  std::mutex mutex;
  std::map<uint64_t, uint64_t> sizes;
};
Regions& regions() {
  static auto* r = new Regions;
  return *r;
}

Napi::Value map_region(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  int fd = arg_int(info, 0, "fd");
  uint64_t size = arg_u64(info, 1, "size");
  bool writable = arg_bool(info, 2, "writable");
  if (!size || size > SIZE_MAX / 2) throw_type(env, "size: more than 0 bytes expected");
  void* p = mmap(nullptr, size, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, 0);
  if (p == MAP_FAILED) throw_errno(env, errno, "mmap");
  auto address = reinterpret_cast<uint64_t>(p);
  {
    std::lock_guard<std::mutex> hold(regions().mutex);
    regions().sizes[address] = size;
  }
  Napi::Object region = Napi::Object::New(env);
  region.Set("address", Napi::BigInt::New(env, address));
  region.Set("size", Napi::BigInt::New(env, size));
  return region;
}

void unmap_region(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw_type(env, "region: an object from mapRegion() expected");
  Napi::Value value = info[0].As<Napi::Object>().Get("address");
  bool lossless = false;
  uint64_t address = value.IsBigInt() ? value.As<Napi::BigInt>().Uint64Value(&lossless) : 0;
  std::lock_guard<std::mutex> hold(regions().mutex);
  auto found = regions().sizes.find(address);
  if (!lossless || found == regions().sizes.end())
    throw_type(env, "region: not mapped, or not any more");
  if (munmap(reinterpret_cast<void*>(address), found->second) < 0)
    throw_errno(env, errno, "munmap");
  regions().sizes.erase(found);
}

// Through the kernel, so that an unmapped address or a page beyond a shrunk
// file's end is EFAULT where a pointer would be a signal.
void transfer(const Napi::CallbackInfo& info, bool write) {
  Napi::Env env = info.Env();
  uint64_t address = arg_u64(info, 0, "address");
  Napi::Uint8Array bytes = arg_bytes(info, 1, "buffer");
  const char* name = write ? "process_vm_writev" : "process_vm_readv";
  uint8_t* local = bytes.Data();
  size_t left = bytes.ByteLength();
  if (address + left < address) throw_errno(env, EFAULT, name);
  while (left) {
    // one call moves at most 2 GiB
    size_t piece = left < (1u << 30) ? left : 1u << 30;
    iovec here = {local, piece};
    iovec there = {reinterpret_cast<void*>(address), piece};
    ssize_t n = write ? process_vm_writev(getpid(), &here, 1, &there, 1, 0)
                      : process_vm_readv(getpid(), &here, 1, &there, 1, 0);
    if (n < 0) throw_errno(env, errno, name);
    if (static_cast<size_t>(n) != piece) throw_errno(env, EFAULT, name);
    local += piece;
    address += piece;
    left -= piece;
  }
}

void peek(const Napi::CallbackInfo& info) { transfer(info, false); }
void poke(const Napi::CallbackInfo& info) { transfer(info, true); }

}  // namespace

void init_memory(Napi::Env env, Napi::Object exports) {
  add<map>(env, exports, "map");
  add<arena>(env, exports, "arena");
  add<unmap>(env, exports, "unmap");
  add<map_region>(env, exports, "mapRegion");
  add<unmap_region>(env, exports, "unmapRegion");
  add<peek>(env, exports, "peek");
  add<poke>(env, exports, "poke");
}

}  // namespace tgtctl
