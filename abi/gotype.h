// gotype.h - type descriptors, as Go 1.26's internal/abi lays them out (little endian, 8-byte words).
// NameOff, TypeOff: i32 relative to Module.types; TextOff: i32 relative to Module.text. 0: none; TextOff -1: unreachable method.
// abi.Name: byte flags (1 exported, 2 has tag, 4 has pkgPath, 8 embedded), uvarint length + bytes, [uvarint length + tag], [4-byte NameOff of pkgPath].
#pragma once
#include <stdint.h>
typedef struct GoType GoType;
struct GoType {
    uint64_t size, ptrbytes;
    uint32_t hash;
    uint8_t tflag, align, field_align, kind;
    void *equal; /* func value or NULL */
    const uint8_t *gcdata;
    int32_t str;
    int32_t ptr_to_this;
};
typedef struct GoString {
    const uint8_t *ptr;
    int64_t len;
} GoString;
typedef struct GoSlice {
    void *ptr;
    int64_t len, cap;
} GoSlice;
typedef struct GoEface {
    GoType *type;
    void *data;
} GoEface;
typedef struct GoIface {
    struct GoItab *tab;
    void *data;
} GoIface;
typedef struct GoArrayType {
    GoType t;
    GoType *elem, *slice;
    uint64_t len;
} GoArrayType;
typedef struct GoChanType {
    GoType t;
    GoType *elem;
    int64_t dir; /* 1 recv 2 send */
} GoChanType;
typedef struct GoFuncType {
    GoType t;
    uint16_t in_count, out_count; /* out: top bit variadic */
} GoFuncType;                     // then [uncommon], then in/out *GoType
typedef struct GoIMethod {
    int32_t name, typ;
} GoIMethod;
typedef struct GoInterfaceType {
    GoType t;
    const uint8_t *pkg_path;
    GoIMethod *methods;
    int64_t nmethods, cmethods;
} GoInterfaceType;
typedef struct GoMapType {
    GoType t;
    GoType *key, *elem, *group;
    void *hasher;
    uint64_t group_size, slot_size, elem_off;
    uint32_t flags;
} GoMapType;
typedef struct GoPtrType {
    GoType t;
    GoType *elem;
} GoPtrType;
typedef struct GoSliceType {
    GoType t;
    GoType *elem;
} GoSliceType;
typedef struct GoStructField {
    const uint8_t *name;
    GoType *typ;
    uint64_t offset;
} GoStructField;
typedef struct GoStructType {
    GoType t;
    const uint8_t *pkg_path;
    GoStructField *fields;
    int64_t nfields, cfields;
} GoStructType;
typedef struct GoUncommon {
    int32_t pkg_path;
    uint16_t mcount, xcount;
    uint32_t moff, unused;
} GoUncommon; // directly behind the kind's struct
typedef struct GoMethod {
    int32_t name, mtyp, ifn, tfn;
} GoMethod;
typedef struct GoItab {
    GoInterfaceType *inter;
    GoType *type;
    uint32_t hash;
    uint32_t pad;
    void *fun[1];
} GoItab;
