// amd64_encode.c - the encoder against bytes that binutils' assembler made from the text behind each row; the disassembler reads them back.
#include "amd64_again.h"
#include <stdio.h>

static int check(Enc *e, const char *call, const char *want, const char *file, int line) {
    char got[64] = "";
    for (i64 i = 0; i < e->code.len && i < 30; i++)
        snprintf(got + 2 * i, sizeof got - (size_t)(2 * i), "%02x", e->code.ptr[i]);
    bool again = decodes_to_itself(e->code.ptr, e->code.len, NULL, 0, e->arena);
    e->code.len = 0;
    if (strcmp(got, want)) printf("%s:%d: %s: %s, want %s\n", file, line, call, got, want);
    else if (!again) printf("%s:%d: %s: %s does not decode to itself\n", file, line, call, got);
    else return 0;
    return 1;
}
#define E(call, want) call, bad += check(&e, #call, want, __FILE__, __LINE__);

int main(void) {
    Enc e = {.arena = arena_new("test")};
    int bad = 0;
    // clang-format off
    E(enc_rr(&e, I_MOV_MR, 1, RBX, RAX), "88d8") // mov al,bl
    E(enc_rr(&e, I_ADD_MR, 1, RBX, RAX), "00d8") // add al,bl
    E(enc_rr(&e, I_MOV_MR, 1, R9, RBX), "4488cb") // mov bl,r9b
    E(enc_rr(&e, I_ADD_MR, 1, R9, RBX), "4400cb") // add bl,r9b
    E(enc_rr(&e, I_MOV_MR, 1, RSI, R12), "4188f4") // mov r12b,sil
    E(enc_rr(&e, I_ADD_MR, 1, RSI, R12), "4100f4") // add r12b,sil
    E(enc_rr(&e, I_MOV_MR, 1, RDI, RSI), "4088fe") // mov sil,dil
    E(enc_rr(&e, I_ADD_MR, 1, RDI, RSI), "4000fe") // add sil,dil
    E(enc_rr(&e, I_MOV_MR, 1, R13, RBP), "4488ed") // mov bpl,r13b
    E(enc_rr(&e, I_ADD_MR, 1, R13, RBP), "4400ed") // add bpl,r13b
    E(enc_rm(&e, I_MOV_RM, 1, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "408a38") // mov dil,byte ptr [rax]
    E(enc_rm(&e, I_SUB_MR, 1, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "402838") // sub byte ptr [rax],dil
    E(enc_alu_mi(&e, 7, 1, &(Mem){RAX, -1, 0, 0, NULL}, 5), "803805") // cmp byte ptr [rax],5
    E(enc_rm(&e, I_MOV_RM, 1, R14, &(Mem){RSP, -1, 0, 8, NULL}), "448a742408") // mov r14b,byte ptr [rsp+8]
    E(enc_rm(&e, I_SUB_MR, 1, R14, &(Mem){RSP, -1, 0, 8, NULL}), "4428742408") // sub byte ptr [rsp+8],r14b
    E(enc_alu_mi(&e, 7, 1, &(Mem){RSP, -1, 0, 8, NULL}, 5), "807c240805") // cmp byte ptr [rsp+8],5
    E(enc_rm(&e, I_MOV_RM, 1, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "8a5500") // mov dl,byte ptr [rbp]
    E(enc_rm(&e, I_SUB_MR, 1, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "285500") // sub byte ptr [rbp],dl
    E(enc_alu_mi(&e, 7, 1, &(Mem){RBP, -1, 0, 0, NULL}, 5), "807d0005") // cmp byte ptr [rbp],5
    E(enc_rm(&e, I_MOV_RM, 1, RDI, &(Mem){R12, -1, 0, 0, NULL}), "418a3c24") // mov dil,byte ptr [r12]
    E(enc_rm(&e, I_SUB_MR, 1, RDI, &(Mem){R12, -1, 0, 0, NULL}), "41283c24") // sub byte ptr [r12],dil
    E(enc_alu_mi(&e, 7, 1, &(Mem){R12, -1, 0, 0, NULL}, 5), "41803c2405") // cmp byte ptr [r12],5
    E(enc_rm(&e, I_MOV_RM, 1, R14, &(Mem){R13, -1, 0, -128, NULL}), "458a7580") // mov r14b,byte ptr [r13-128]
    E(enc_rm(&e, I_SUB_MR, 1, R14, &(Mem){R13, -1, 0, -128, NULL}), "45287580") // sub byte ptr [r13-128],r14b
    E(enc_alu_mi(&e, 7, 1, &(Mem){R13, -1, 0, -128, NULL}, 5), "41807d8005") // cmp byte ptr [r13-128],5
    E(enc_rm(&e, I_MOV_RM, 1, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "8a14f3") // mov dl,byte ptr [rbx+rsi*8]
    E(enc_rm(&e, I_SUB_MR, 1, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "2814f3") // sub byte ptr [rbx+rsi*8],dl
    E(enc_alu_mi(&e, 7, 1, &(Mem){RBX, RSI, 3, 0, NULL}, 5), "803cf305") // cmp byte ptr [rbx+rsi*8],5
    E(enc_rm(&e, I_MOV_RM, 1, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "438abc01e8030000") // mov dil,byte ptr [r9+r8*1+1000]
    E(enc_rm(&e, I_SUB_MR, 1, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "4328bc01e8030000") // sub byte ptr [r9+r8*1+1000],dil
    E(enc_alu_mi(&e, 7, 1, &(Mem){R9, R8, 0, 1000, NULL}, 5), "4380bc01e803000005") // cmp byte ptr [r9+r8*1+1000],5
    E(enc_rm(&e, I_MOV_RM, 1, R14, &(Mem){RBP, R13, 2, 0, NULL}), "468a74ad00") // mov r14b,byte ptr [rbp+r13*4]
    E(enc_rm(&e, I_SUB_MR, 1, R14, &(Mem){RBP, R13, 2, 0, NULL}), "462874ad00") // sub byte ptr [rbp+r13*4],r14b
    E(enc_alu_mi(&e, 7, 1, &(Mem){RBP, R13, 2, 0, NULL}, 5), "42807cad0005") // cmp byte ptr [rbp+r13*4],5
    E(enc_rm(&e, I_MOV_RM, 1, RDX, &(Mem){R13, R12, 1, 127, NULL}), "438a54657f") // mov dl,byte ptr [r13+r12*2+127]
    E(enc_rm(&e, I_SUB_MR, 1, RDX, &(Mem){R13, R12, 1, 127, NULL}), "432854657f") // sub byte ptr [r13+r12*2+127],dl
    E(enc_alu_mi(&e, 7, 1, &(Mem){R13, R12, 1, 127, NULL}, 5), "43807c657f05") // cmp byte ptr [r13+r12*2+127],5
    E(enc_rm(&e, I_MOV_RM, 1, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "408abcec7fffffff") // mov dil,byte ptr [rsp+rbp*8-129]
    E(enc_rm(&e, I_SUB_MR, 1, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "4028bcec7fffffff") // sub byte ptr [rsp+rbp*8-129],dil
    E(enc_alu_mi(&e, 7, 1, &(Mem){RSP, RBP, 3, -129, NULL}, 5), "80bcec7fffffff05") // cmp byte ptr [rsp+rbp*8-129],5
    E(enc_alu_ri(&e, 0, 1, RAX, 5), "0405") // add al,5
    E(enc_alu_ri(&e, 0, 1, RCX, 5), "80c105") // add cl,5
    E(enc_alu_ri(&e, 0, 1, RSI, 5), "4080c605") // add sil,5
    E(enc_alu_ri(&e, 0, 1, R11, 5), "4180c305") // add r11b,5
    E(enc_alu_ri(&e, 1, 1, RAX, 5), "0c05") // or al,5
    E(enc_alu_ri(&e, 1, 1, RCX, 5), "80c905") // or cl,5
    E(enc_alu_ri(&e, 1, 1, RSI, 5), "4080ce05") // or sil,5
    E(enc_alu_ri(&e, 1, 1, R11, 5), "4180cb05") // or r11b,5
    E(enc_alu_ri(&e, 2, 1, RAX, 5), "1405") // adc al,5
    E(enc_alu_ri(&e, 2, 1, RCX, 5), "80d105") // adc cl,5
    E(enc_alu_ri(&e, 2, 1, RSI, 5), "4080d605") // adc sil,5
    E(enc_alu_ri(&e, 2, 1, R11, 5), "4180d305") // adc r11b,5
    E(enc_alu_ri(&e, 3, 1, RAX, 5), "1c05") // sbb al,5
    E(enc_alu_ri(&e, 3, 1, RCX, 5), "80d905") // sbb cl,5
    E(enc_alu_ri(&e, 3, 1, RSI, 5), "4080de05") // sbb sil,5
    E(enc_alu_ri(&e, 3, 1, R11, 5), "4180db05") // sbb r11b,5
    E(enc_alu_ri(&e, 4, 1, RAX, 5), "2405") // and al,5
    E(enc_alu_ri(&e, 4, 1, RCX, 5), "80e105") // and cl,5
    E(enc_alu_ri(&e, 4, 1, RSI, 5), "4080e605") // and sil,5
    E(enc_alu_ri(&e, 4, 1, R11, 5), "4180e305") // and r11b,5
    E(enc_alu_ri(&e, 5, 1, RAX, 5), "2c05") // sub al,5
    E(enc_alu_ri(&e, 5, 1, RCX, 5), "80e905") // sub cl,5
    E(enc_alu_ri(&e, 5, 1, RSI, 5), "4080ee05") // sub sil,5
    E(enc_alu_ri(&e, 5, 1, R11, 5), "4180eb05") // sub r11b,5
    E(enc_alu_ri(&e, 6, 1, RAX, 5), "3405") // xor al,5
    E(enc_alu_ri(&e, 6, 1, RCX, 5), "80f105") // xor cl,5
    E(enc_alu_ri(&e, 6, 1, RSI, 5), "4080f605") // xor sil,5
    E(enc_alu_ri(&e, 6, 1, R11, 5), "4180f305") // xor r11b,5
    E(enc_alu_ri(&e, 7, 1, RAX, 5), "3c05") // cmp al,5
    E(enc_alu_ri(&e, 7, 1, RCX, 5), "80f905") // cmp cl,5
    E(enc_alu_ri(&e, 7, 1, RSI, 5), "4080fe05") // cmp sil,5
    E(enc_alu_ri(&e, 7, 1, R11, 5), "4180fb05") // cmp r11b,5
    E(enc_rr(&e, I_MOV_MR, 2, RBX, RAX), "6689d8") // mov ax,bx
    E(enc_rr(&e, I_ADD_MR, 2, RBX, RAX), "6601d8") // add ax,bx
    E(enc_rr(&e, I_MOV_MR, 2, R9, RBX), "664489cb") // mov bx,r9w
    E(enc_rr(&e, I_ADD_MR, 2, R9, RBX), "664401cb") // add bx,r9w
    E(enc_rr(&e, I_MOV_MR, 2, RSI, R12), "664189f4") // mov r12w,si
    E(enc_rr(&e, I_ADD_MR, 2, RSI, R12), "664101f4") // add r12w,si
    E(enc_rr(&e, I_MOV_MR, 2, RDI, RSI), "6689fe") // mov si,di
    E(enc_rr(&e, I_ADD_MR, 2, RDI, RSI), "6601fe") // add si,di
    E(enc_rr(&e, I_MOV_MR, 2, R13, RBP), "664489ed") // mov bp,r13w
    E(enc_rr(&e, I_ADD_MR, 2, R13, RBP), "664401ed") // add bp,r13w
    E(enc_rm(&e, I_MOV_RM, 2, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "668b38") // mov di,word ptr [rax]
    E(enc_rm(&e, I_SUB_MR, 2, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "662938") // sub word ptr [rax],di
    E(enc_alu_mi(&e, 7, 2, &(Mem){RAX, -1, 0, 0, NULL}, 5), "66833805") // cmp word ptr [rax],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RAX, -1, 0, 0, NULL}, 1000), "668100e803") // add word ptr [rax],1000
    E(enc_rm(&e, I_MOV_RM, 2, R14, &(Mem){RSP, -1, 0, 8, NULL}), "66448b742408") // mov r14w,word ptr [rsp+8]
    E(enc_rm(&e, I_SUB_MR, 2, R14, &(Mem){RSP, -1, 0, 8, NULL}), "664429742408") // sub word ptr [rsp+8],r14w
    E(enc_alu_mi(&e, 7, 2, &(Mem){RSP, -1, 0, 8, NULL}, 5), "66837c240805") // cmp word ptr [rsp+8],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RSP, -1, 0, 8, NULL}, 1000), "6681442408e803") // add word ptr [rsp+8],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "668b5500") // mov dx,word ptr [rbp]
    E(enc_rm(&e, I_SUB_MR, 2, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "66295500") // sub word ptr [rbp],dx
    E(enc_alu_mi(&e, 7, 2, &(Mem){RBP, -1, 0, 0, NULL}, 5), "66837d0005") // cmp word ptr [rbp],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RBP, -1, 0, 0, NULL}, 1000), "66814500e803") // add word ptr [rbp],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDI, &(Mem){R12, -1, 0, 0, NULL}), "66418b3c24") // mov di,word ptr [r12]
    E(enc_rm(&e, I_SUB_MR, 2, RDI, &(Mem){R12, -1, 0, 0, NULL}), "6641293c24") // sub word ptr [r12],di
    E(enc_alu_mi(&e, 7, 2, &(Mem){R12, -1, 0, 0, NULL}, 5), "6641833c2405") // cmp word ptr [r12],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){R12, -1, 0, 0, NULL}, 1000), "6641810424e803") // add word ptr [r12],1000
    E(enc_rm(&e, I_MOV_RM, 2, R14, &(Mem){R13, -1, 0, -128, NULL}), "66458b7580") // mov r14w,word ptr [r13-128]
    E(enc_rm(&e, I_SUB_MR, 2, R14, &(Mem){R13, -1, 0, -128, NULL}), "6645297580") // sub word ptr [r13-128],r14w
    E(enc_alu_mi(&e, 7, 2, &(Mem){R13, -1, 0, -128, NULL}, 5), "6641837d8005") // cmp word ptr [r13-128],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){R13, -1, 0, -128, NULL}, 1000), "6641814580e803") // add word ptr [r13-128],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "668b14f3") // mov dx,word ptr [rbx+rsi*8]
    E(enc_rm(&e, I_SUB_MR, 2, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "662914f3") // sub word ptr [rbx+rsi*8],dx
    E(enc_alu_mi(&e, 7, 2, &(Mem){RBX, RSI, 3, 0, NULL}, 5), "66833cf305") // cmp word ptr [rbx+rsi*8],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RBX, RSI, 3, 0, NULL}, 1000), "668104f3e803") // add word ptr [rbx+rsi*8],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "66438bbc01e8030000") // mov di,word ptr [r9+r8*1+1000]
    E(enc_rm(&e, I_SUB_MR, 2, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "664329bc01e8030000") // sub word ptr [r9+r8*1+1000],di
    E(enc_alu_mi(&e, 7, 2, &(Mem){R9, R8, 0, 1000, NULL}, 5), "664383bc01e803000005") // cmp word ptr [r9+r8*1+1000],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){R9, R8, 0, 1000, NULL}, 1000), "6643818401e8030000e803") // add word ptr [r9+r8*1+1000],1000
    E(enc_rm(&e, I_MOV_RM, 2, R14, &(Mem){RBP, R13, 2, 0, NULL}), "66468b74ad00") // mov r14w,word ptr [rbp+r13*4]
    E(enc_rm(&e, I_SUB_MR, 2, R14, &(Mem){RBP, R13, 2, 0, NULL}), "66462974ad00") // sub word ptr [rbp+r13*4],r14w
    E(enc_alu_mi(&e, 7, 2, &(Mem){RBP, R13, 2, 0, NULL}, 5), "6642837cad0005") // cmp word ptr [rbp+r13*4],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RBP, R13, 2, 0, NULL}, 1000), "66428144ad00e803") // add word ptr [rbp+r13*4],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDX, &(Mem){R13, R12, 1, 127, NULL}), "66438b54657f") // mov dx,word ptr [r13+r12*2+127]
    E(enc_rm(&e, I_SUB_MR, 2, RDX, &(Mem){R13, R12, 1, 127, NULL}), "66432954657f") // sub word ptr [r13+r12*2+127],dx
    E(enc_alu_mi(&e, 7, 2, &(Mem){R13, R12, 1, 127, NULL}, 5), "6643837c657f05") // cmp word ptr [r13+r12*2+127],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){R13, R12, 1, 127, NULL}, 1000), "66438144657fe803") // add word ptr [r13+r12*2+127],1000
    E(enc_rm(&e, I_MOV_RM, 2, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "668bbcec7fffffff") // mov di,word ptr [rsp+rbp*8-129]
    E(enc_rm(&e, I_SUB_MR, 2, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "6629bcec7fffffff") // sub word ptr [rsp+rbp*8-129],di
    E(enc_alu_mi(&e, 7, 2, &(Mem){RSP, RBP, 3, -129, NULL}, 5), "6683bcec7fffffff05") // cmp word ptr [rsp+rbp*8-129],5
    E(enc_alu_mi(&e, 0, 2, &(Mem){RSP, RBP, 3, -129, NULL}, 1000), "668184ec7fffffffe803") // add word ptr [rsp+rbp*8-129],1000
    E(enc_alu_ri(&e, 0, 2, RAX, 5), "6683c005") // add ax,5
    E(enc_alu_ri(&e, 0, 2, RAX, -1000), "660518fc") // add ax,-1000
    E(enc_alu_ri(&e, 0, 2, RCX, 5), "6683c105") // add cx,5
    E(enc_alu_ri(&e, 0, 2, RCX, -1000), "6681c118fc") // add cx,-1000
    E(enc_alu_ri(&e, 0, 2, RSI, 5), "6683c605") // add si,5
    E(enc_alu_ri(&e, 0, 2, RSI, -1000), "6681c618fc") // add si,-1000
    E(enc_alu_ri(&e, 0, 2, R11, 5), "664183c305") // add r11w,5
    E(enc_alu_ri(&e, 0, 2, R11, -1000), "664181c318fc") // add r11w,-1000
    E(enc_alu_ri(&e, 1, 2, RAX, 5), "6683c805") // or ax,5
    E(enc_alu_ri(&e, 1, 2, RAX, -1000), "660d18fc") // or ax,-1000
    E(enc_alu_ri(&e, 1, 2, RCX, 5), "6683c905") // or cx,5
    E(enc_alu_ri(&e, 1, 2, RCX, -1000), "6681c918fc") // or cx,-1000
    E(enc_alu_ri(&e, 1, 2, RSI, 5), "6683ce05") // or si,5
    E(enc_alu_ri(&e, 1, 2, RSI, -1000), "6681ce18fc") // or si,-1000
    E(enc_alu_ri(&e, 1, 2, R11, 5), "664183cb05") // or r11w,5
    E(enc_alu_ri(&e, 1, 2, R11, -1000), "664181cb18fc") // or r11w,-1000
    E(enc_alu_ri(&e, 2, 2, RAX, 5), "6683d005") // adc ax,5
    E(enc_alu_ri(&e, 2, 2, RAX, -1000), "661518fc") // adc ax,-1000
    E(enc_alu_ri(&e, 2, 2, RCX, 5), "6683d105") // adc cx,5
    E(enc_alu_ri(&e, 2, 2, RCX, -1000), "6681d118fc") // adc cx,-1000
    E(enc_alu_ri(&e, 2, 2, RSI, 5), "6683d605") // adc si,5
    E(enc_alu_ri(&e, 2, 2, RSI, -1000), "6681d618fc") // adc si,-1000
    E(enc_alu_ri(&e, 2, 2, R11, 5), "664183d305") // adc r11w,5
    E(enc_alu_ri(&e, 2, 2, R11, -1000), "664181d318fc") // adc r11w,-1000
    E(enc_alu_ri(&e, 3, 2, RAX, 5), "6683d805") // sbb ax,5
    E(enc_alu_ri(&e, 3, 2, RAX, -1000), "661d18fc") // sbb ax,-1000
    E(enc_alu_ri(&e, 3, 2, RCX, 5), "6683d905") // sbb cx,5
    E(enc_alu_ri(&e, 3, 2, RCX, -1000), "6681d918fc") // sbb cx,-1000
    E(enc_alu_ri(&e, 3, 2, RSI, 5), "6683de05") // sbb si,5
    E(enc_alu_ri(&e, 3, 2, RSI, -1000), "6681de18fc") // sbb si,-1000
    E(enc_alu_ri(&e, 3, 2, R11, 5), "664183db05") // sbb r11w,5
    E(enc_alu_ri(&e, 3, 2, R11, -1000), "664181db18fc") // sbb r11w,-1000
    E(enc_alu_ri(&e, 4, 2, RAX, 5), "6683e005") // and ax,5
    E(enc_alu_ri(&e, 4, 2, RAX, -1000), "662518fc") // and ax,-1000
    E(enc_alu_ri(&e, 4, 2, RCX, 5), "6683e105") // and cx,5
    E(enc_alu_ri(&e, 4, 2, RCX, -1000), "6681e118fc") // and cx,-1000
    E(enc_alu_ri(&e, 4, 2, RSI, 5), "6683e605") // and si,5
    E(enc_alu_ri(&e, 4, 2, RSI, -1000), "6681e618fc") // and si,-1000
    E(enc_alu_ri(&e, 4, 2, R11, 5), "664183e305") // and r11w,5
    E(enc_alu_ri(&e, 4, 2, R11, -1000), "664181e318fc") // and r11w,-1000
    E(enc_alu_ri(&e, 5, 2, RAX, 5), "6683e805") // sub ax,5
    E(enc_alu_ri(&e, 5, 2, RAX, -1000), "662d18fc") // sub ax,-1000
    E(enc_alu_ri(&e, 5, 2, RCX, 5), "6683e905") // sub cx,5
    E(enc_alu_ri(&e, 5, 2, RCX, -1000), "6681e918fc") // sub cx,-1000
    E(enc_alu_ri(&e, 5, 2, RSI, 5), "6683ee05") // sub si,5
    E(enc_alu_ri(&e, 5, 2, RSI, -1000), "6681ee18fc") // sub si,-1000
    E(enc_alu_ri(&e, 5, 2, R11, 5), "664183eb05") // sub r11w,5
    E(enc_alu_ri(&e, 5, 2, R11, -1000), "664181eb18fc") // sub r11w,-1000
    E(enc_alu_ri(&e, 6, 2, RAX, 5), "6683f005") // xor ax,5
    E(enc_alu_ri(&e, 6, 2, RAX, -1000), "663518fc") // xor ax,-1000
    E(enc_alu_ri(&e, 6, 2, RCX, 5), "6683f105") // xor cx,5
    E(enc_alu_ri(&e, 6, 2, RCX, -1000), "6681f118fc") // xor cx,-1000
    E(enc_alu_ri(&e, 6, 2, RSI, 5), "6683f605") // xor si,5
    E(enc_alu_ri(&e, 6, 2, RSI, -1000), "6681f618fc") // xor si,-1000
    E(enc_alu_ri(&e, 6, 2, R11, 5), "664183f305") // xor r11w,5
    E(enc_alu_ri(&e, 6, 2, R11, -1000), "664181f318fc") // xor r11w,-1000
    E(enc_alu_ri(&e, 7, 2, RAX, 5), "6683f805") // cmp ax,5
    E(enc_alu_ri(&e, 7, 2, RAX, -1000), "663d18fc") // cmp ax,-1000
    E(enc_alu_ri(&e, 7, 2, RCX, 5), "6683f905") // cmp cx,5
    E(enc_alu_ri(&e, 7, 2, RCX, -1000), "6681f918fc") // cmp cx,-1000
    E(enc_alu_ri(&e, 7, 2, RSI, 5), "6683fe05") // cmp si,5
    E(enc_alu_ri(&e, 7, 2, RSI, -1000), "6681fe18fc") // cmp si,-1000
    E(enc_alu_ri(&e, 7, 2, R11, 5), "664183fb05") // cmp r11w,5
    E(enc_alu_ri(&e, 7, 2, R11, -1000), "664181fb18fc") // cmp r11w,-1000
    E(enc_rr(&e, I_MOV_MR, 4, RBX, RAX), "89d8") // mov eax,ebx
    E(enc_rr(&e, I_ADD_MR, 4, RBX, RAX), "01d8") // add eax,ebx
    E(enc_rr(&e, I_MOV_MR, 4, R9, RBX), "4489cb") // mov ebx,r9d
    E(enc_rr(&e, I_ADD_MR, 4, R9, RBX), "4401cb") // add ebx,r9d
    E(enc_rr(&e, I_MOV_MR, 4, RSI, R12), "4189f4") // mov r12d,esi
    E(enc_rr(&e, I_ADD_MR, 4, RSI, R12), "4101f4") // add r12d,esi
    E(enc_rr(&e, I_MOV_MR, 4, RDI, RSI), "89fe") // mov esi,edi
    E(enc_rr(&e, I_ADD_MR, 4, RDI, RSI), "01fe") // add esi,edi
    E(enc_rr(&e, I_MOV_MR, 4, R13, RBP), "4489ed") // mov ebp,r13d
    E(enc_rr(&e, I_ADD_MR, 4, R13, RBP), "4401ed") // add ebp,r13d
    E(enc_rm(&e, I_MOV_RM, 4, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "8b38") // mov edi,dword ptr [rax]
    E(enc_rm(&e, I_SUB_MR, 4, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "2938") // sub dword ptr [rax],edi
    E(enc_alu_mi(&e, 7, 4, &(Mem){RAX, -1, 0, 0, NULL}, 5), "833805") // cmp dword ptr [rax],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RAX, -1, 0, 0, NULL}, 1000), "8100e8030000") // add dword ptr [rax],1000
    E(enc_rm(&e, I_MOV_RM, 4, R14, &(Mem){RSP, -1, 0, 8, NULL}), "448b742408") // mov r14d,dword ptr [rsp+8]
    E(enc_rm(&e, I_SUB_MR, 4, R14, &(Mem){RSP, -1, 0, 8, NULL}), "4429742408") // sub dword ptr [rsp+8],r14d
    E(enc_alu_mi(&e, 7, 4, &(Mem){RSP, -1, 0, 8, NULL}, 5), "837c240805") // cmp dword ptr [rsp+8],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RSP, -1, 0, 8, NULL}, 1000), "81442408e8030000") // add dword ptr [rsp+8],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "8b5500") // mov edx,dword ptr [rbp]
    E(enc_rm(&e, I_SUB_MR, 4, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "295500") // sub dword ptr [rbp],edx
    E(enc_alu_mi(&e, 7, 4, &(Mem){RBP, -1, 0, 0, NULL}, 5), "837d0005") // cmp dword ptr [rbp],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RBP, -1, 0, 0, NULL}, 1000), "814500e8030000") // add dword ptr [rbp],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDI, &(Mem){R12, -1, 0, 0, NULL}), "418b3c24") // mov edi,dword ptr [r12]
    E(enc_rm(&e, I_SUB_MR, 4, RDI, &(Mem){R12, -1, 0, 0, NULL}), "41293c24") // sub dword ptr [r12],edi
    E(enc_alu_mi(&e, 7, 4, &(Mem){R12, -1, 0, 0, NULL}, 5), "41833c2405") // cmp dword ptr [r12],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){R12, -1, 0, 0, NULL}, 1000), "41810424e8030000") // add dword ptr [r12],1000
    E(enc_rm(&e, I_MOV_RM, 4, R14, &(Mem){R13, -1, 0, -128, NULL}), "458b7580") // mov r14d,dword ptr [r13-128]
    E(enc_rm(&e, I_SUB_MR, 4, R14, &(Mem){R13, -1, 0, -128, NULL}), "45297580") // sub dword ptr [r13-128],r14d
    E(enc_alu_mi(&e, 7, 4, &(Mem){R13, -1, 0, -128, NULL}, 5), "41837d8005") // cmp dword ptr [r13-128],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){R13, -1, 0, -128, NULL}, 1000), "41814580e8030000") // add dword ptr [r13-128],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "8b14f3") // mov edx,dword ptr [rbx+rsi*8]
    E(enc_rm(&e, I_SUB_MR, 4, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "2914f3") // sub dword ptr [rbx+rsi*8],edx
    E(enc_alu_mi(&e, 7, 4, &(Mem){RBX, RSI, 3, 0, NULL}, 5), "833cf305") // cmp dword ptr [rbx+rsi*8],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RBX, RSI, 3, 0, NULL}, 1000), "8104f3e8030000") // add dword ptr [rbx+rsi*8],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "438bbc01e8030000") // mov edi,dword ptr [r9+r8*1+1000]
    E(enc_rm(&e, I_SUB_MR, 4, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "4329bc01e8030000") // sub dword ptr [r9+r8*1+1000],edi
    E(enc_alu_mi(&e, 7, 4, &(Mem){R9, R8, 0, 1000, NULL}, 5), "4383bc01e803000005") // cmp dword ptr [r9+r8*1+1000],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){R9, R8, 0, 1000, NULL}, 1000), "43818401e8030000e8030000") // add dword ptr [r9+r8*1+1000],1000
    E(enc_rm(&e, I_MOV_RM, 4, R14, &(Mem){RBP, R13, 2, 0, NULL}), "468b74ad00") // mov r14d,dword ptr [rbp+r13*4]
    E(enc_rm(&e, I_SUB_MR, 4, R14, &(Mem){RBP, R13, 2, 0, NULL}), "462974ad00") // sub dword ptr [rbp+r13*4],r14d
    E(enc_alu_mi(&e, 7, 4, &(Mem){RBP, R13, 2, 0, NULL}, 5), "42837cad0005") // cmp dword ptr [rbp+r13*4],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RBP, R13, 2, 0, NULL}, 1000), "428144ad00e8030000") // add dword ptr [rbp+r13*4],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDX, &(Mem){R13, R12, 1, 127, NULL}), "438b54657f") // mov edx,dword ptr [r13+r12*2+127]
    E(enc_rm(&e, I_SUB_MR, 4, RDX, &(Mem){R13, R12, 1, 127, NULL}), "432954657f") // sub dword ptr [r13+r12*2+127],edx
    E(enc_alu_mi(&e, 7, 4, &(Mem){R13, R12, 1, 127, NULL}, 5), "43837c657f05") // cmp dword ptr [r13+r12*2+127],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){R13, R12, 1, 127, NULL}, 1000), "438144657fe8030000") // add dword ptr [r13+r12*2+127],1000
    E(enc_rm(&e, I_MOV_RM, 4, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "8bbcec7fffffff") // mov edi,dword ptr [rsp+rbp*8-129]
    E(enc_rm(&e, I_SUB_MR, 4, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "29bcec7fffffff") // sub dword ptr [rsp+rbp*8-129],edi
    E(enc_alu_mi(&e, 7, 4, &(Mem){RSP, RBP, 3, -129, NULL}, 5), "83bcec7fffffff05") // cmp dword ptr [rsp+rbp*8-129],5
    E(enc_alu_mi(&e, 0, 4, &(Mem){RSP, RBP, 3, -129, NULL}, 1000), "8184ec7fffffffe8030000") // add dword ptr [rsp+rbp*8-129],1000
    E(enc_alu_ri(&e, 0, 4, RAX, 5), "83c005") // add eax,5
    E(enc_alu_ri(&e, 0, 4, RAX, -1000), "0518fcffff") // add eax,-1000
    E(enc_alu_ri(&e, 0, 4, RCX, 5), "83c105") // add ecx,5
    E(enc_alu_ri(&e, 0, 4, RCX, -1000), "81c118fcffff") // add ecx,-1000
    E(enc_alu_ri(&e, 0, 4, RSI, 5), "83c605") // add esi,5
    E(enc_alu_ri(&e, 0, 4, RSI, -1000), "81c618fcffff") // add esi,-1000
    E(enc_alu_ri(&e, 0, 4, R11, 5), "4183c305") // add r11d,5
    E(enc_alu_ri(&e, 0, 4, R11, -1000), "4181c318fcffff") // add r11d,-1000
    E(enc_alu_ri(&e, 1, 4, RAX, 5), "83c805") // or eax,5
    E(enc_alu_ri(&e, 1, 4, RAX, -1000), "0d18fcffff") // or eax,-1000
    E(enc_alu_ri(&e, 1, 4, RCX, 5), "83c905") // or ecx,5
    E(enc_alu_ri(&e, 1, 4, RCX, -1000), "81c918fcffff") // or ecx,-1000
    E(enc_alu_ri(&e, 1, 4, RSI, 5), "83ce05") // or esi,5
    E(enc_alu_ri(&e, 1, 4, RSI, -1000), "81ce18fcffff") // or esi,-1000
    E(enc_alu_ri(&e, 1, 4, R11, 5), "4183cb05") // or r11d,5
    E(enc_alu_ri(&e, 1, 4, R11, -1000), "4181cb18fcffff") // or r11d,-1000
    E(enc_alu_ri(&e, 2, 4, RAX, 5), "83d005") // adc eax,5
    E(enc_alu_ri(&e, 2, 4, RAX, -1000), "1518fcffff") // adc eax,-1000
    E(enc_alu_ri(&e, 2, 4, RCX, 5), "83d105") // adc ecx,5
    E(enc_alu_ri(&e, 2, 4, RCX, -1000), "81d118fcffff") // adc ecx,-1000
    E(enc_alu_ri(&e, 2, 4, RSI, 5), "83d605") // adc esi,5
    E(enc_alu_ri(&e, 2, 4, RSI, -1000), "81d618fcffff") // adc esi,-1000
    E(enc_alu_ri(&e, 2, 4, R11, 5), "4183d305") // adc r11d,5
    E(enc_alu_ri(&e, 2, 4, R11, -1000), "4181d318fcffff") // adc r11d,-1000
    E(enc_alu_ri(&e, 3, 4, RAX, 5), "83d805") // sbb eax,5
    E(enc_alu_ri(&e, 3, 4, RAX, -1000), "1d18fcffff") // sbb eax,-1000
    E(enc_alu_ri(&e, 3, 4, RCX, 5), "83d905") // sbb ecx,5
    E(enc_alu_ri(&e, 3, 4, RCX, -1000), "81d918fcffff") // sbb ecx,-1000
    E(enc_alu_ri(&e, 3, 4, RSI, 5), "83de05") // sbb esi,5
    E(enc_alu_ri(&e, 3, 4, RSI, -1000), "81de18fcffff") // sbb esi,-1000
    E(enc_alu_ri(&e, 3, 4, R11, 5), "4183db05") // sbb r11d,5
    E(enc_alu_ri(&e, 3, 4, R11, -1000), "4181db18fcffff") // sbb r11d,-1000
    E(enc_alu_ri(&e, 4, 4, RAX, 5), "83e005") // and eax,5
    E(enc_alu_ri(&e, 4, 4, RAX, -1000), "2518fcffff") // and eax,-1000
    E(enc_alu_ri(&e, 4, 4, RCX, 5), "83e105") // and ecx,5
    E(enc_alu_ri(&e, 4, 4, RCX, -1000), "81e118fcffff") // and ecx,-1000
    E(enc_alu_ri(&e, 4, 4, RSI, 5), "83e605") // and esi,5
    E(enc_alu_ri(&e, 4, 4, RSI, -1000), "81e618fcffff") // and esi,-1000
    E(enc_alu_ri(&e, 4, 4, R11, 5), "4183e305") // and r11d,5
    E(enc_alu_ri(&e, 4, 4, R11, -1000), "4181e318fcffff") // and r11d,-1000
    E(enc_alu_ri(&e, 5, 4, RAX, 5), "83e805") // sub eax,5
    E(enc_alu_ri(&e, 5, 4, RAX, -1000), "2d18fcffff") // sub eax,-1000
    E(enc_alu_ri(&e, 5, 4, RCX, 5), "83e905") // sub ecx,5
    E(enc_alu_ri(&e, 5, 4, RCX, -1000), "81e918fcffff") // sub ecx,-1000
    E(enc_alu_ri(&e, 5, 4, RSI, 5), "83ee05") // sub esi,5
    E(enc_alu_ri(&e, 5, 4, RSI, -1000), "81ee18fcffff") // sub esi,-1000
    E(enc_alu_ri(&e, 5, 4, R11, 5), "4183eb05") // sub r11d,5
    E(enc_alu_ri(&e, 5, 4, R11, -1000), "4181eb18fcffff") // sub r11d,-1000
    E(enc_alu_ri(&e, 6, 4, RAX, 5), "83f005") // xor eax,5
    E(enc_alu_ri(&e, 6, 4, RAX, -1000), "3518fcffff") // xor eax,-1000
    E(enc_alu_ri(&e, 6, 4, RCX, 5), "83f105") // xor ecx,5
    E(enc_alu_ri(&e, 6, 4, RCX, -1000), "81f118fcffff") // xor ecx,-1000
    E(enc_alu_ri(&e, 6, 4, RSI, 5), "83f605") // xor esi,5
    E(enc_alu_ri(&e, 6, 4, RSI, -1000), "81f618fcffff") // xor esi,-1000
    E(enc_alu_ri(&e, 6, 4, R11, 5), "4183f305") // xor r11d,5
    E(enc_alu_ri(&e, 6, 4, R11, -1000), "4181f318fcffff") // xor r11d,-1000
    E(enc_alu_ri(&e, 7, 4, RAX, 5), "83f805") // cmp eax,5
    E(enc_alu_ri(&e, 7, 4, RAX, -1000), "3d18fcffff") // cmp eax,-1000
    E(enc_alu_ri(&e, 7, 4, RCX, 5), "83f905") // cmp ecx,5
    E(enc_alu_ri(&e, 7, 4, RCX, -1000), "81f918fcffff") // cmp ecx,-1000
    E(enc_alu_ri(&e, 7, 4, RSI, 5), "83fe05") // cmp esi,5
    E(enc_alu_ri(&e, 7, 4, RSI, -1000), "81fe18fcffff") // cmp esi,-1000
    E(enc_alu_ri(&e, 7, 4, R11, 5), "4183fb05") // cmp r11d,5
    E(enc_alu_ri(&e, 7, 4, R11, -1000), "4181fb18fcffff") // cmp r11d,-1000
    E(enc_rr(&e, I_MOV_MR, 8, RBX, RAX), "4889d8") // mov rax,rbx
    E(enc_rr(&e, I_ADD_MR, 8, RBX, RAX), "4801d8") // add rax,rbx
    E(enc_rr(&e, I_MOV_MR, 8, R9, RBX), "4c89cb") // mov rbx,r9
    E(enc_rr(&e, I_ADD_MR, 8, R9, RBX), "4c01cb") // add rbx,r9
    E(enc_rr(&e, I_MOV_MR, 8, RSI, R12), "4989f4") // mov r12,rsi
    E(enc_rr(&e, I_ADD_MR, 8, RSI, R12), "4901f4") // add r12,rsi
    E(enc_rr(&e, I_MOV_MR, 8, RDI, RSI), "4889fe") // mov rsi,rdi
    E(enc_rr(&e, I_ADD_MR, 8, RDI, RSI), "4801fe") // add rsi,rdi
    E(enc_rr(&e, I_MOV_MR, 8, R13, RBP), "4c89ed") // mov rbp,r13
    E(enc_rr(&e, I_ADD_MR, 8, R13, RBP), "4c01ed") // add rbp,r13
    E(enc_rm(&e, I_MOV_RM, 8, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "488b38") // mov rdi,qword ptr [rax]
    E(enc_rm(&e, I_SUB_MR, 8, RDI, &(Mem){RAX, -1, 0, 0, NULL}), "482938") // sub qword ptr [rax],rdi
    E(enc_alu_mi(&e, 7, 8, &(Mem){RAX, -1, 0, 0, NULL}, 5), "48833805") // cmp qword ptr [rax],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RAX, -1, 0, 0, NULL}, 1000), "488100e8030000") // add qword ptr [rax],1000
    E(enc_rm(&e, I_MOV_RM, 8, R14, &(Mem){RSP, -1, 0, 8, NULL}), "4c8b742408") // mov r14,qword ptr [rsp+8]
    E(enc_rm(&e, I_SUB_MR, 8, R14, &(Mem){RSP, -1, 0, 8, NULL}), "4c29742408") // sub qword ptr [rsp+8],r14
    E(enc_alu_mi(&e, 7, 8, &(Mem){RSP, -1, 0, 8, NULL}, 5), "48837c240805") // cmp qword ptr [rsp+8],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RSP, -1, 0, 8, NULL}, 1000), "4881442408e8030000") // add qword ptr [rsp+8],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "488b5500") // mov rdx,qword ptr [rbp]
    E(enc_rm(&e, I_SUB_MR, 8, RDX, &(Mem){RBP, -1, 0, 0, NULL}), "48295500") // sub qword ptr [rbp],rdx
    E(enc_alu_mi(&e, 7, 8, &(Mem){RBP, -1, 0, 0, NULL}, 5), "48837d0005") // cmp qword ptr [rbp],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RBP, -1, 0, 0, NULL}, 1000), "48814500e8030000") // add qword ptr [rbp],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDI, &(Mem){R12, -1, 0, 0, NULL}), "498b3c24") // mov rdi,qword ptr [r12]
    E(enc_rm(&e, I_SUB_MR, 8, RDI, &(Mem){R12, -1, 0, 0, NULL}), "49293c24") // sub qword ptr [r12],rdi
    E(enc_alu_mi(&e, 7, 8, &(Mem){R12, -1, 0, 0, NULL}, 5), "49833c2405") // cmp qword ptr [r12],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){R12, -1, 0, 0, NULL}, 1000), "49810424e8030000") // add qword ptr [r12],1000
    E(enc_rm(&e, I_MOV_RM, 8, R14, &(Mem){R13, -1, 0, -128, NULL}), "4d8b7580") // mov r14,qword ptr [r13-128]
    E(enc_rm(&e, I_SUB_MR, 8, R14, &(Mem){R13, -1, 0, -128, NULL}), "4d297580") // sub qword ptr [r13-128],r14
    E(enc_alu_mi(&e, 7, 8, &(Mem){R13, -1, 0, -128, NULL}, 5), "49837d8005") // cmp qword ptr [r13-128],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){R13, -1, 0, -128, NULL}, 1000), "49814580e8030000") // add qword ptr [r13-128],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "488b14f3") // mov rdx,qword ptr [rbx+rsi*8]
    E(enc_rm(&e, I_SUB_MR, 8, RDX, &(Mem){RBX, RSI, 3, 0, NULL}), "482914f3") // sub qword ptr [rbx+rsi*8],rdx
    E(enc_alu_mi(&e, 7, 8, &(Mem){RBX, RSI, 3, 0, NULL}, 5), "48833cf305") // cmp qword ptr [rbx+rsi*8],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RBX, RSI, 3, 0, NULL}, 1000), "488104f3e8030000") // add qword ptr [rbx+rsi*8],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "4b8bbc01e8030000") // mov rdi,qword ptr [r9+r8*1+1000]
    E(enc_rm(&e, I_SUB_MR, 8, RDI, &(Mem){R9, R8, 0, 1000, NULL}), "4b29bc01e8030000") // sub qword ptr [r9+r8*1+1000],rdi
    E(enc_alu_mi(&e, 7, 8, &(Mem){R9, R8, 0, 1000, NULL}, 5), "4b83bc01e803000005") // cmp qword ptr [r9+r8*1+1000],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){R9, R8, 0, 1000, NULL}, 1000), "4b818401e8030000e8030000") // add qword ptr [r9+r8*1+1000],1000
    E(enc_rm(&e, I_MOV_RM, 8, R14, &(Mem){RBP, R13, 2, 0, NULL}), "4e8b74ad00") // mov r14,qword ptr [rbp+r13*4]
    E(enc_rm(&e, I_SUB_MR, 8, R14, &(Mem){RBP, R13, 2, 0, NULL}), "4e2974ad00") // sub qword ptr [rbp+r13*4],r14
    E(enc_alu_mi(&e, 7, 8, &(Mem){RBP, R13, 2, 0, NULL}, 5), "4a837cad0005") // cmp qword ptr [rbp+r13*4],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RBP, R13, 2, 0, NULL}, 1000), "4a8144ad00e8030000") // add qword ptr [rbp+r13*4],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDX, &(Mem){R13, R12, 1, 127, NULL}), "4b8b54657f") // mov rdx,qword ptr [r13+r12*2+127]
    E(enc_rm(&e, I_SUB_MR, 8, RDX, &(Mem){R13, R12, 1, 127, NULL}), "4b2954657f") // sub qword ptr [r13+r12*2+127],rdx
    E(enc_alu_mi(&e, 7, 8, &(Mem){R13, R12, 1, 127, NULL}, 5), "4b837c657f05") // cmp qword ptr [r13+r12*2+127],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){R13, R12, 1, 127, NULL}, 1000), "4b8144657fe8030000") // add qword ptr [r13+r12*2+127],1000
    E(enc_rm(&e, I_MOV_RM, 8, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "488bbcec7fffffff") // mov rdi,qword ptr [rsp+rbp*8-129]
    E(enc_rm(&e, I_SUB_MR, 8, RDI, &(Mem){RSP, RBP, 3, -129, NULL}), "4829bcec7fffffff") // sub qword ptr [rsp+rbp*8-129],rdi
    E(enc_alu_mi(&e, 7, 8, &(Mem){RSP, RBP, 3, -129, NULL}, 5), "4883bcec7fffffff05") // cmp qword ptr [rsp+rbp*8-129],5
    E(enc_alu_mi(&e, 0, 8, &(Mem){RSP, RBP, 3, -129, NULL}, 1000), "488184ec7fffffffe8030000") // add qword ptr [rsp+rbp*8-129],1000
    E(enc_alu_ri(&e, 0, 8, RAX, 5), "4883c005") // add rax,5
    E(enc_alu_ri(&e, 0, 8, RAX, -1000), "480518fcffff") // add rax,-1000
    E(enc_alu_ri(&e, 0, 8, RCX, 5), "4883c105") // add rcx,5
    E(enc_alu_ri(&e, 0, 8, RCX, -1000), "4881c118fcffff") // add rcx,-1000
    E(enc_alu_ri(&e, 0, 8, RSI, 5), "4883c605") // add rsi,5
    E(enc_alu_ri(&e, 0, 8, RSI, -1000), "4881c618fcffff") // add rsi,-1000
    E(enc_alu_ri(&e, 0, 8, R11, 5), "4983c305") // add r11,5
    E(enc_alu_ri(&e, 0, 8, R11, -1000), "4981c318fcffff") // add r11,-1000
    E(enc_alu_ri(&e, 1, 8, RAX, 5), "4883c805") // or rax,5
    E(enc_alu_ri(&e, 1, 8, RAX, -1000), "480d18fcffff") // or rax,-1000
    E(enc_alu_ri(&e, 1, 8, RCX, 5), "4883c905") // or rcx,5
    E(enc_alu_ri(&e, 1, 8, RCX, -1000), "4881c918fcffff") // or rcx,-1000
    E(enc_alu_ri(&e, 1, 8, RSI, 5), "4883ce05") // or rsi,5
    E(enc_alu_ri(&e, 1, 8, RSI, -1000), "4881ce18fcffff") // or rsi,-1000
    E(enc_alu_ri(&e, 1, 8, R11, 5), "4983cb05") // or r11,5
    E(enc_alu_ri(&e, 1, 8, R11, -1000), "4981cb18fcffff") // or r11,-1000
    E(enc_alu_ri(&e, 2, 8, RAX, 5), "4883d005") // adc rax,5
    E(enc_alu_ri(&e, 2, 8, RAX, -1000), "481518fcffff") // adc rax,-1000
    E(enc_alu_ri(&e, 2, 8, RCX, 5), "4883d105") // adc rcx,5
    E(enc_alu_ri(&e, 2, 8, RCX, -1000), "4881d118fcffff") // adc rcx,-1000
    E(enc_alu_ri(&e, 2, 8, RSI, 5), "4883d605") // adc rsi,5
    E(enc_alu_ri(&e, 2, 8, RSI, -1000), "4881d618fcffff") // adc rsi,-1000
    E(enc_alu_ri(&e, 2, 8, R11, 5), "4983d305") // adc r11,5
    E(enc_alu_ri(&e, 2, 8, R11, -1000), "4981d318fcffff") // adc r11,-1000
    E(enc_alu_ri(&e, 3, 8, RAX, 5), "4883d805") // sbb rax,5
    E(enc_alu_ri(&e, 3, 8, RAX, -1000), "481d18fcffff") // sbb rax,-1000
    E(enc_alu_ri(&e, 3, 8, RCX, 5), "4883d905") // sbb rcx,5
    E(enc_alu_ri(&e, 3, 8, RCX, -1000), "4881d918fcffff") // sbb rcx,-1000
    E(enc_alu_ri(&e, 3, 8, RSI, 5), "4883de05") // sbb rsi,5
    E(enc_alu_ri(&e, 3, 8, RSI, -1000), "4881de18fcffff") // sbb rsi,-1000
    E(enc_alu_ri(&e, 3, 8, R11, 5), "4983db05") // sbb r11,5
    E(enc_alu_ri(&e, 3, 8, R11, -1000), "4981db18fcffff") // sbb r11,-1000
    E(enc_alu_ri(&e, 4, 8, RAX, 5), "4883e005") // and rax,5
    E(enc_alu_ri(&e, 4, 8, RAX, -1000), "482518fcffff") // and rax,-1000
    E(enc_alu_ri(&e, 4, 8, RCX, 5), "4883e105") // and rcx,5
    E(enc_alu_ri(&e, 4, 8, RCX, -1000), "4881e118fcffff") // and rcx,-1000
    E(enc_alu_ri(&e, 4, 8, RSI, 5), "4883e605") // and rsi,5
    E(enc_alu_ri(&e, 4, 8, RSI, -1000), "4881e618fcffff") // and rsi,-1000
    E(enc_alu_ri(&e, 4, 8, R11, 5), "4983e305") // and r11,5
    E(enc_alu_ri(&e, 4, 8, R11, -1000), "4981e318fcffff") // and r11,-1000
    E(enc_alu_ri(&e, 5, 8, RAX, 5), "4883e805") // sub rax,5
    E(enc_alu_ri(&e, 5, 8, RAX, -1000), "482d18fcffff") // sub rax,-1000
    E(enc_alu_ri(&e, 5, 8, RCX, 5), "4883e905") // sub rcx,5
    E(enc_alu_ri(&e, 5, 8, RCX, -1000), "4881e918fcffff") // sub rcx,-1000
    E(enc_alu_ri(&e, 5, 8, RSI, 5), "4883ee05") // sub rsi,5
    E(enc_alu_ri(&e, 5, 8, RSI, -1000), "4881ee18fcffff") // sub rsi,-1000
    E(enc_alu_ri(&e, 5, 8, R11, 5), "4983eb05") // sub r11,5
    E(enc_alu_ri(&e, 5, 8, R11, -1000), "4981eb18fcffff") // sub r11,-1000
    E(enc_alu_ri(&e, 6, 8, RAX, 5), "4883f005") // xor rax,5
    E(enc_alu_ri(&e, 6, 8, RAX, -1000), "483518fcffff") // xor rax,-1000
    E(enc_alu_ri(&e, 6, 8, RCX, 5), "4883f105") // xor rcx,5
    E(enc_alu_ri(&e, 6, 8, RCX, -1000), "4881f118fcffff") // xor rcx,-1000
    E(enc_alu_ri(&e, 6, 8, RSI, 5), "4883f605") // xor rsi,5
    E(enc_alu_ri(&e, 6, 8, RSI, -1000), "4881f618fcffff") // xor rsi,-1000
    E(enc_alu_ri(&e, 6, 8, R11, 5), "4983f305") // xor r11,5
    E(enc_alu_ri(&e, 6, 8, R11, -1000), "4981f318fcffff") // xor r11,-1000
    E(enc_alu_ri(&e, 7, 8, RAX, 5), "4883f805") // cmp rax,5
    E(enc_alu_ri(&e, 7, 8, RAX, -1000), "483d18fcffff") // cmp rax,-1000
    E(enc_alu_ri(&e, 7, 8, RCX, 5), "4883f905") // cmp rcx,5
    E(enc_alu_ri(&e, 7, 8, RCX, -1000), "4881f918fcffff") // cmp rcx,-1000
    E(enc_alu_ri(&e, 7, 8, RSI, 5), "4883fe05") // cmp rsi,5
    E(enc_alu_ri(&e, 7, 8, RSI, -1000), "4881fe18fcffff") // cmp rsi,-1000
    E(enc_alu_ri(&e, 7, 8, R11, 5), "4983fb05") // cmp r11,5
    E(enc_alu_ri(&e, 7, 8, R11, -1000), "4981fb18fcffff") // cmp r11,-1000
    E(enc_mov_ri(&e, 8, RAX, 1), "b801000000") // mov eax,1
    E(enc_mov_ri(&e, 8, RAX, -1), "48c7c0ffffffff") // mov rax,-1
    E(enc_mov_ri(&e, 8, RAX, 0x123456789abcdef), "48b8efcdab8967452301") // movabs rax,0x123456789abcdef
    E(enc_rr(&e, I_NOT, 8, -1, RAX), "48f7d0") // not rax
    E(enc_rr(&e, I_NEG, 8, -1, RAX), "48f7d8") // neg rax
    E(enc_rr(&e, I_MUL, 8, -1, RAX), "48f7e0") // mul rax
    E(enc_rr(&e, I_IMUL1, 8, -1, RAX), "48f7e8") // imul rax
    E(enc_rr(&e, I_DIV, 8, -1, RAX), "48f7f0") // div rax
    E(enc_rr(&e, I_IDIV, 8, -1, RAX), "48f7f8") // idiv rax
    E(enc_rr(&e, I_INC, 8, -1, RAX), "48ffc0") // inc rax
    E(enc_rr(&e, I_DEC, 8, -1, RAX), "48ffc8") // dec rax
    E(enc_rr(&e, I_ROL_CL, 4, -1, RAX), "d3c0") // rol eax,cl
    E(enc_rr(&e, I_SHL_CL, 4, -1, RAX), "d3e0") // shl eax,cl
    E(enc_rr(&e, I_SHR_CL, 4, -1, RAX), "d3e8") // shr eax,cl
    E(enc_rr(&e, I_SAR_CL, 4, -1, RAX), "d3f8") // sar eax,cl
    E(enc_rr(&e, I_MOVZX8, 4, RAX, RSI), "400fb6c6") // movzx eax,sil
    E(enc_rr(&e, I_MOVSX8, 8, RAX, RDI), "480fbec7") // movsx rax,dil
    E(enc_rr(&e, I_MOVZX16, 4, RAX, RDX), "0fb7c2") // movzx eax,dx
    E(enc_rr(&e, I_MOVSXD, 8, RAX, R9), "4963c1") // movsxd rax,r9d
    E(enc_rr(&e, I_POPCNT, 8, RAX, R9), "f3490fb8c1") // popcnt rax,r9
    E(enc_rr(&e, I_BSR, 4, RAX, R9), "410fbdc1") // bsr eax,r9d
    E(enc_rr(&e, I_TZCNT, 8, RAX, RBP), "f3480fbcc5") // tzcnt rax,rbp
    E(enc_rr(&e, I_IMUL_RM, 8, RAX, R9), "490fafc1") // imul rax,r9
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 0, RAX), "f2480f2ac0") // cvtsi2sd xmm0,rax
    E(enc_rr(&e, I_CVTTSS2SI, 4, RAX, XMM0 + 0), "f30f2cc0") // cvttss2si eax,xmm0
    E(enc_mov_rr(&e, 8, XMM0 + 0, RAX), "66480f6ec0") // movq xmm0,rax
    E(enc_mov_rr(&e, 4, RAX, XMM0 + 0), "660f7ec0") // movd eax,xmm0
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 7, RAX), "f2480f2af8") // cvtsi2sd xmm7,rax
    E(enc_rr(&e, I_CVTTSS2SI, 4, RAX, XMM0 + 7), "f30f2cc7") // cvttss2si eax,xmm7
    E(enc_mov_rr(&e, 8, XMM0 + 7, RAX), "66480f6ef8") // movq xmm7,rax
    E(enc_mov_rr(&e, 4, RAX, XMM0 + 7), "660f7ef8") // movd eax,xmm7
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 15, RAX), "f24c0f2af8") // cvtsi2sd xmm15,rax
    E(enc_rr(&e, I_CVTTSS2SI, 4, RAX, XMM0 + 15), "f3410f2cc7") // cvttss2si eax,xmm15
    E(enc_mov_rr(&e, 8, XMM0 + 15, RAX), "664c0f6ef8") // movq xmm15,rax
    E(enc_mov_rr(&e, 4, RAX, XMM0 + 15), "66440f7ef8") // movd eax,xmm15
    E(enc_mov_ri(&e, 8, RBX, 1), "bb01000000") // mov ebx,1
    E(enc_mov_ri(&e, 8, RBX, -1), "48c7c3ffffffff") // mov rbx,-1
    E(enc_mov_ri(&e, 8, RBX, 0x123456789abcdef), "48bbefcdab8967452301") // movabs rbx,0x123456789abcdef
    E(enc_rr(&e, I_NOT, 8, -1, RBX), "48f7d3") // not rbx
    E(enc_rr(&e, I_NEG, 8, -1, RBX), "48f7db") // neg rbx
    E(enc_rr(&e, I_MUL, 8, -1, RBX), "48f7e3") // mul rbx
    E(enc_rr(&e, I_IMUL1, 8, -1, RBX), "48f7eb") // imul rbx
    E(enc_rr(&e, I_DIV, 8, -1, RBX), "48f7f3") // div rbx
    E(enc_rr(&e, I_IDIV, 8, -1, RBX), "48f7fb") // idiv rbx
    E(enc_rr(&e, I_INC, 8, -1, RBX), "48ffc3") // inc rbx
    E(enc_rr(&e, I_DEC, 8, -1, RBX), "48ffcb") // dec rbx
    E(enc_rr(&e, I_ROL_CL, 4, -1, RBX), "d3c3") // rol ebx,cl
    E(enc_rr(&e, I_SHL_CL, 4, -1, RBX), "d3e3") // shl ebx,cl
    E(enc_rr(&e, I_SHR_CL, 4, -1, RBX), "d3eb") // shr ebx,cl
    E(enc_rr(&e, I_SAR_CL, 4, -1, RBX), "d3fb") // sar ebx,cl
    E(enc_rr(&e, I_MOVZX8, 4, RBX, RSI), "400fb6de") // movzx ebx,sil
    E(enc_rr(&e, I_MOVSX8, 8, RBX, RDI), "480fbedf") // movsx rbx,dil
    E(enc_rr(&e, I_MOVZX16, 4, RBX, RDX), "0fb7da") // movzx ebx,dx
    E(enc_rr(&e, I_MOVSXD, 8, RBX, R9), "4963d9") // movsxd rbx,r9d
    E(enc_rr(&e, I_POPCNT, 8, RBX, R9), "f3490fb8d9") // popcnt rbx,r9
    E(enc_rr(&e, I_BSR, 4, RBX, R9), "410fbdd9") // bsr ebx,r9d
    E(enc_rr(&e, I_TZCNT, 8, RBX, RBP), "f3480fbcdd") // tzcnt rbx,rbp
    E(enc_rr(&e, I_IMUL_RM, 8, RBX, R9), "490fafd9") // imul rbx,r9
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 0, RBX), "f2480f2ac3") // cvtsi2sd xmm0,rbx
    E(enc_rr(&e, I_CVTTSS2SI, 4, RBX, XMM0 + 0), "f30f2cd8") // cvttss2si ebx,xmm0
    E(enc_mov_rr(&e, 8, XMM0 + 0, RBX), "66480f6ec3") // movq xmm0,rbx
    E(enc_mov_rr(&e, 4, RBX, XMM0 + 0), "660f7ec3") // movd ebx,xmm0
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 7, RBX), "f2480f2afb") // cvtsi2sd xmm7,rbx
    E(enc_rr(&e, I_CVTTSS2SI, 4, RBX, XMM0 + 7), "f30f2cdf") // cvttss2si ebx,xmm7
    E(enc_mov_rr(&e, 8, XMM0 + 7, RBX), "66480f6efb") // movq xmm7,rbx
    E(enc_mov_rr(&e, 4, RBX, XMM0 + 7), "660f7efb") // movd ebx,xmm7
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 15, RBX), "f24c0f2afb") // cvtsi2sd xmm15,rbx
    E(enc_rr(&e, I_CVTTSS2SI, 4, RBX, XMM0 + 15), "f3410f2cdf") // cvttss2si ebx,xmm15
    E(enc_mov_rr(&e, 8, XMM0 + 15, RBX), "664c0f6efb") // movq xmm15,rbx
    E(enc_mov_rr(&e, 4, RBX, XMM0 + 15), "66440f7efb") // movd ebx,xmm15
    E(enc_mov_ri(&e, 8, R9, 1), "41b901000000") // mov r9d,1
    E(enc_mov_ri(&e, 8, R9, -1), "49c7c1ffffffff") // mov r9,-1
    E(enc_mov_ri(&e, 8, R9, 0x123456789abcdef), "49b9efcdab8967452301") // movabs r9,0x123456789abcdef
    E(enc_rr(&e, I_NOT, 8, -1, R9), "49f7d1") // not r9
    E(enc_rr(&e, I_NEG, 8, -1, R9), "49f7d9") // neg r9
    E(enc_rr(&e, I_MUL, 8, -1, R9), "49f7e1") // mul r9
    E(enc_rr(&e, I_IMUL1, 8, -1, R9), "49f7e9") // imul r9
    E(enc_rr(&e, I_DIV, 8, -1, R9), "49f7f1") // div r9
    E(enc_rr(&e, I_IDIV, 8, -1, R9), "49f7f9") // idiv r9
    E(enc_rr(&e, I_INC, 8, -1, R9), "49ffc1") // inc r9
    E(enc_rr(&e, I_DEC, 8, -1, R9), "49ffc9") // dec r9
    E(enc_rr(&e, I_ROL_CL, 4, -1, R9), "41d3c1") // rol r9d,cl
    E(enc_rr(&e, I_SHL_CL, 4, -1, R9), "41d3e1") // shl r9d,cl
    E(enc_rr(&e, I_SHR_CL, 4, -1, R9), "41d3e9") // shr r9d,cl
    E(enc_rr(&e, I_SAR_CL, 4, -1, R9), "41d3f9") // sar r9d,cl
    E(enc_rr(&e, I_MOVZX8, 4, R9, RSI), "440fb6ce") // movzx r9d,sil
    E(enc_rr(&e, I_MOVSX8, 8, R9, RDI), "4c0fbecf") // movsx r9,dil
    E(enc_rr(&e, I_MOVZX16, 4, R9, RDX), "440fb7ca") // movzx r9d,dx
    E(enc_rr(&e, I_MOVSXD, 8, R9, R9), "4d63c9") // movsxd r9,r9d
    E(enc_rr(&e, I_POPCNT, 8, R9, R9), "f34d0fb8c9") // popcnt r9,r9
    E(enc_rr(&e, I_BSR, 4, R9, R9), "450fbdc9") // bsr r9d,r9d
    E(enc_rr(&e, I_TZCNT, 8, R9, RBP), "f34c0fbccd") // tzcnt r9,rbp
    E(enc_rr(&e, I_IMUL_RM, 8, R9, R9), "4d0fafc9") // imul r9,r9
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 0, R9), "f2490f2ac1") // cvtsi2sd xmm0,r9
    E(enc_rr(&e, I_CVTTSS2SI, 4, R9, XMM0 + 0), "f3440f2cc8") // cvttss2si r9d,xmm0
    E(enc_mov_rr(&e, 8, XMM0 + 0, R9), "66490f6ec1") // movq xmm0,r9
    E(enc_mov_rr(&e, 4, R9, XMM0 + 0), "66410f7ec1") // movd r9d,xmm0
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 7, R9), "f2490f2af9") // cvtsi2sd xmm7,r9
    E(enc_rr(&e, I_CVTTSS2SI, 4, R9, XMM0 + 7), "f3440f2ccf") // cvttss2si r9d,xmm7
    E(enc_mov_rr(&e, 8, XMM0 + 7, R9), "66490f6ef9") // movq xmm7,r9
    E(enc_mov_rr(&e, 4, R9, XMM0 + 7), "66410f7ef9") // movd r9d,xmm7
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 15, R9), "f24d0f2af9") // cvtsi2sd xmm15,r9
    E(enc_rr(&e, I_CVTTSS2SI, 4, R9, XMM0 + 15), "f3450f2ccf") // cvttss2si r9d,xmm15
    E(enc_mov_rr(&e, 8, XMM0 + 15, R9), "664d0f6ef9") // movq xmm15,r9
    E(enc_mov_rr(&e, 4, R9, XMM0 + 15), "66450f7ef9") // movd r9d,xmm15
    E(enc_mov_ri(&e, 8, R15, 1), "41bf01000000") // mov r15d,1
    E(enc_mov_ri(&e, 8, R15, -1), "49c7c7ffffffff") // mov r15,-1
    E(enc_mov_ri(&e, 8, R15, 0x123456789abcdef), "49bfefcdab8967452301") // movabs r15,0x123456789abcdef
    E(enc_rr(&e, I_NOT, 8, -1, R15), "49f7d7") // not r15
    E(enc_rr(&e, I_NEG, 8, -1, R15), "49f7df") // neg r15
    E(enc_rr(&e, I_MUL, 8, -1, R15), "49f7e7") // mul r15
    E(enc_rr(&e, I_IMUL1, 8, -1, R15), "49f7ef") // imul r15
    E(enc_rr(&e, I_DIV, 8, -1, R15), "49f7f7") // div r15
    E(enc_rr(&e, I_IDIV, 8, -1, R15), "49f7ff") // idiv r15
    E(enc_rr(&e, I_INC, 8, -1, R15), "49ffc7") // inc r15
    E(enc_rr(&e, I_DEC, 8, -1, R15), "49ffcf") // dec r15
    E(enc_rr(&e, I_ROL_CL, 4, -1, R15), "41d3c7") // rol r15d,cl
    E(enc_rr(&e, I_SHL_CL, 4, -1, R15), "41d3e7") // shl r15d,cl
    E(enc_rr(&e, I_SHR_CL, 4, -1, R15), "41d3ef") // shr r15d,cl
    E(enc_rr(&e, I_SAR_CL, 4, -1, R15), "41d3ff") // sar r15d,cl
    E(enc_rr(&e, I_MOVZX8, 4, R15, RSI), "440fb6fe") // movzx r15d,sil
    E(enc_rr(&e, I_MOVSX8, 8, R15, RDI), "4c0fbeff") // movsx r15,dil
    E(enc_rr(&e, I_MOVZX16, 4, R15, RDX), "440fb7fa") // movzx r15d,dx
    E(enc_rr(&e, I_MOVSXD, 8, R15, R9), "4d63f9") // movsxd r15,r9d
    E(enc_rr(&e, I_POPCNT, 8, R15, R9), "f34d0fb8f9") // popcnt r15,r9
    E(enc_rr(&e, I_BSR, 4, R15, R9), "450fbdf9") // bsr r15d,r9d
    E(enc_rr(&e, I_TZCNT, 8, R15, RBP), "f34c0fbcfd") // tzcnt r15,rbp
    E(enc_rr(&e, I_IMUL_RM, 8, R15, R9), "4d0faff9") // imul r15,r9
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 0, R15), "f2490f2ac7") // cvtsi2sd xmm0,r15
    E(enc_rr(&e, I_CVTTSS2SI, 4, R15, XMM0 + 0), "f3440f2cf8") // cvttss2si r15d,xmm0
    E(enc_mov_rr(&e, 8, XMM0 + 0, R15), "66490f6ec7") // movq xmm0,r15
    E(enc_mov_rr(&e, 4, R15, XMM0 + 0), "66410f7ec7") // movd r15d,xmm0
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 7, R15), "f2490f2aff") // cvtsi2sd xmm7,r15
    E(enc_rr(&e, I_CVTTSS2SI, 4, R15, XMM0 + 7), "f3440f2cff") // cvttss2si r15d,xmm7
    E(enc_mov_rr(&e, 8, XMM0 + 7, R15), "66490f6eff") // movq xmm7,r15
    E(enc_mov_rr(&e, 4, R15, XMM0 + 7), "66410f7eff") // movd r15d,xmm7
    E(enc_rr(&e, I_CVTSI2SD, 8, XMM0 + 15, R15), "f24d0f2aff") // cvtsi2sd xmm15,r15
    E(enc_rr(&e, I_CVTTSS2SI, 4, R15, XMM0 + 15), "f3450f2cff") // cvttss2si r15d,xmm15
    E(enc_mov_rr(&e, 8, XMM0 + 15, R15), "664d0f6eff") // movq xmm15,r15
    E(enc_mov_rr(&e, 4, R15, XMM0 + 15), "66450f7eff") // movd r15d,xmm15
    E(enc_rr(&e, I_ADDSS, 4, XMM0 + 0, XMM0 + 1), "f30f58c1") // addss xmm0,xmm1
    E(enc_rr(&e, I_ADDSD, 4, XMM0 + 0, XMM0 + 1), "f20f58c1") // addsd xmm0,xmm1
    E(enc_rr(&e, I_MULSD, 4, XMM0 + 0, XMM0 + 1), "f20f59c1") // mulsd xmm0,xmm1
    E(enc_rr(&e, I_DIVSS, 4, XMM0 + 0, XMM0 + 1), "f30f5ec1") // divss xmm0,xmm1
    E(enc_rr(&e, I_SQRTSD, 4, XMM0 + 0, XMM0 + 1), "f20f51c1") // sqrtsd xmm0,xmm1
    E(enc_rr(&e, I_UCOMISD, 4, XMM0 + 0, XMM0 + 1), "660f2ec1") // ucomisd xmm0,xmm1
    E(enc_rr(&e, I_UCOMISS, 4, XMM0 + 0, XMM0 + 1), "0f2ec1") // ucomiss xmm0,xmm1
    E(enc_rr(&e, I_XORPS, 4, XMM0 + 0, XMM0 + 1), "0f57c1") // xorps xmm0,xmm1
    E(enc_rr(&e, I_ANDPS, 4, XMM0 + 0, XMM0 + 1), "0f54c1") // andps xmm0,xmm1
    E(enc_rr(&e, I_ORPS, 4, XMM0 + 0, XMM0 + 1), "0f56c1") // orps xmm0,xmm1
    E(enc_rr(&e, I_CVTSS2SD, 4, XMM0 + 0, XMM0 + 1), "f30f5ac1") // cvtss2sd xmm0,xmm1
    E(enc_rr(&e, I_CVTSD2SS, 4, XMM0 + 0, XMM0 + 1), "f20f5ac1") // cvtsd2ss xmm0,xmm1
    E(enc_rr(&e, I_MINSD, 4, XMM0 + 0, XMM0 + 1), "f20f5dc1") // minsd xmm0,xmm1
    E(enc_mov_rr(&e, 8, XMM0 + 0, XMM0 + 1), "0f28c1") // movaps xmm0,xmm1
    E(enc_vex_fma(&e, 8, XMM0 + 0, XMM0 + 9, XMM0 + 1), "c4e2b1b9c1") // {vex3} vfmadd231sd xmm0,xmm9,xmm1
    E(enc_vex_fma(&e, 4, XMM0 + 0, XMM0 + 2, XMM0 + 1), "c4e269b9c1") // {vex3} vfmadd231ss xmm0,xmm2,xmm1
    E(enc_rm(&e, I_MOVSD_MR, 4, XMM0 + 0, &(Mem){RSP, RCX, 3, 24, NULL}), "f20f1144cc18") // movsd qword ptr [rsp+rcx*8+24],xmm0
    E(enc_rm(&e, I_MOVUPS_RM, 4, XMM0 + 0, &(Mem){RSP, RCX, 3, 24, NULL}), "0f1044cc18") // movups xmm0,[rsp+rcx*8+24]
    E(enc_rr(&e, I_ADDSS, 4, XMM0 + 8, XMM0 + 3), "f3440f58c3") // addss xmm8,xmm3
    E(enc_rr(&e, I_ADDSD, 4, XMM0 + 8, XMM0 + 3), "f2440f58c3") // addsd xmm8,xmm3
    E(enc_rr(&e, I_MULSD, 4, XMM0 + 8, XMM0 + 3), "f2440f59c3") // mulsd xmm8,xmm3
    E(enc_rr(&e, I_DIVSS, 4, XMM0 + 8, XMM0 + 3), "f3440f5ec3") // divss xmm8,xmm3
    E(enc_rr(&e, I_SQRTSD, 4, XMM0 + 8, XMM0 + 3), "f2440f51c3") // sqrtsd xmm8,xmm3
    E(enc_rr(&e, I_UCOMISD, 4, XMM0 + 8, XMM0 + 3), "66440f2ec3") // ucomisd xmm8,xmm3
    E(enc_rr(&e, I_UCOMISS, 4, XMM0 + 8, XMM0 + 3), "440f2ec3") // ucomiss xmm8,xmm3
    E(enc_rr(&e, I_XORPS, 4, XMM0 + 8, XMM0 + 3), "440f57c3") // xorps xmm8,xmm3
    E(enc_rr(&e, I_ANDPS, 4, XMM0 + 8, XMM0 + 3), "440f54c3") // andps xmm8,xmm3
    E(enc_rr(&e, I_ORPS, 4, XMM0 + 8, XMM0 + 3), "440f56c3") // orps xmm8,xmm3
    E(enc_rr(&e, I_CVTSS2SD, 4, XMM0 + 8, XMM0 + 3), "f3440f5ac3") // cvtss2sd xmm8,xmm3
    E(enc_rr(&e, I_CVTSD2SS, 4, XMM0 + 8, XMM0 + 3), "f2440f5ac3") // cvtsd2ss xmm8,xmm3
    E(enc_rr(&e, I_MINSD, 4, XMM0 + 8, XMM0 + 3), "f2440f5dc3") // minsd xmm8,xmm3
    E(enc_mov_rr(&e, 8, XMM0 + 8, XMM0 + 3), "440f28c3") // movaps xmm8,xmm3
    E(enc_vex_fma(&e, 8, XMM0 + 8, XMM0 + 9, XMM0 + 3), "c462b1b9c3") // {vex3} vfmadd231sd xmm8,xmm9,xmm3
    E(enc_vex_fma(&e, 4, XMM0 + 8, XMM0 + 2, XMM0 + 3), "c46269b9c3") // {vex3} vfmadd231ss xmm8,xmm2,xmm3
    E(enc_rm(&e, I_MOVSD_MR, 4, XMM0 + 8, &(Mem){RSP, RCX, 3, 24, NULL}), "f2440f1144cc18") // movsd qword ptr [rsp+rcx*8+24],xmm8
    E(enc_rm(&e, I_MOVUPS_RM, 4, XMM0 + 8, &(Mem){RSP, RCX, 3, 24, NULL}), "440f1044cc18") // movups xmm8,[rsp+rcx*8+24]
    E(enc_rr(&e, I_ADDSS, 4, XMM0 + 2, XMM0 + 15), "f3410f58d7") // addss xmm2,xmm15
    E(enc_rr(&e, I_ADDSD, 4, XMM0 + 2, XMM0 + 15), "f2410f58d7") // addsd xmm2,xmm15
    E(enc_rr(&e, I_MULSD, 4, XMM0 + 2, XMM0 + 15), "f2410f59d7") // mulsd xmm2,xmm15
    E(enc_rr(&e, I_DIVSS, 4, XMM0 + 2, XMM0 + 15), "f3410f5ed7") // divss xmm2,xmm15
    E(enc_rr(&e, I_SQRTSD, 4, XMM0 + 2, XMM0 + 15), "f2410f51d7") // sqrtsd xmm2,xmm15
    E(enc_rr(&e, I_UCOMISD, 4, XMM0 + 2, XMM0 + 15), "66410f2ed7") // ucomisd xmm2,xmm15
    E(enc_rr(&e, I_UCOMISS, 4, XMM0 + 2, XMM0 + 15), "410f2ed7") // ucomiss xmm2,xmm15
    E(enc_rr(&e, I_XORPS, 4, XMM0 + 2, XMM0 + 15), "410f57d7") // xorps xmm2,xmm15
    E(enc_rr(&e, I_ANDPS, 4, XMM0 + 2, XMM0 + 15), "410f54d7") // andps xmm2,xmm15
    E(enc_rr(&e, I_ORPS, 4, XMM0 + 2, XMM0 + 15), "410f56d7") // orps xmm2,xmm15
    E(enc_rr(&e, I_CVTSS2SD, 4, XMM0 + 2, XMM0 + 15), "f3410f5ad7") // cvtss2sd xmm2,xmm15
    E(enc_rr(&e, I_CVTSD2SS, 4, XMM0 + 2, XMM0 + 15), "f2410f5ad7") // cvtsd2ss xmm2,xmm15
    E(enc_rr(&e, I_MINSD, 4, XMM0 + 2, XMM0 + 15), "f2410f5dd7") // minsd xmm2,xmm15
    E(enc_mov_rr(&e, 8, XMM0 + 2, XMM0 + 15), "410f28d7") // movaps xmm2,xmm15
    E(enc_vex_fma(&e, 8, XMM0 + 2, XMM0 + 9, XMM0 + 15), "c4c2b1b9d7") // {vex3} vfmadd231sd xmm2,xmm9,xmm15
    E(enc_vex_fma(&e, 4, XMM0 + 2, XMM0 + 2, XMM0 + 15), "c4c269b9d7") // {vex3} vfmadd231ss xmm2,xmm2,xmm15
    E(enc_rm(&e, I_MOVSD_MR, 4, XMM0 + 2, &(Mem){RSP, RCX, 3, 24, NULL}), "f20f1154cc18") // movsd qword ptr [rsp+rcx*8+24],xmm2
    E(enc_rm(&e, I_MOVUPS_RM, 4, XMM0 + 2, &(Mem){RSP, RCX, 3, 24, NULL}), "0f1054cc18") // movups xmm2,[rsp+rcx*8+24]
    E(enc_rr(&e, I_ADDSS, 4, XMM0 + 9, XMM0 + 14), "f3450f58ce") // addss xmm9,xmm14
    E(enc_rr(&e, I_ADDSD, 4, XMM0 + 9, XMM0 + 14), "f2450f58ce") // addsd xmm9,xmm14
    E(enc_rr(&e, I_MULSD, 4, XMM0 + 9, XMM0 + 14), "f2450f59ce") // mulsd xmm9,xmm14
    E(enc_rr(&e, I_DIVSS, 4, XMM0 + 9, XMM0 + 14), "f3450f5ece") // divss xmm9,xmm14
    E(enc_rr(&e, I_SQRTSD, 4, XMM0 + 9, XMM0 + 14), "f2450f51ce") // sqrtsd xmm9,xmm14
    E(enc_rr(&e, I_UCOMISD, 4, XMM0 + 9, XMM0 + 14), "66450f2ece") // ucomisd xmm9,xmm14
    E(enc_rr(&e, I_UCOMISS, 4, XMM0 + 9, XMM0 + 14), "450f2ece") // ucomiss xmm9,xmm14
    E(enc_rr(&e, I_XORPS, 4, XMM0 + 9, XMM0 + 14), "450f57ce") // xorps xmm9,xmm14
    E(enc_rr(&e, I_ANDPS, 4, XMM0 + 9, XMM0 + 14), "450f54ce") // andps xmm9,xmm14
    E(enc_rr(&e, I_ORPS, 4, XMM0 + 9, XMM0 + 14), "450f56ce") // orps xmm9,xmm14
    E(enc_rr(&e, I_CVTSS2SD, 4, XMM0 + 9, XMM0 + 14), "f3450f5ace") // cvtss2sd xmm9,xmm14
    E(enc_rr(&e, I_CVTSD2SS, 4, XMM0 + 9, XMM0 + 14), "f2450f5ace") // cvtsd2ss xmm9,xmm14
    E(enc_rr(&e, I_MINSD, 4, XMM0 + 9, XMM0 + 14), "f2450f5dce") // minsd xmm9,xmm14
    E(enc_mov_rr(&e, 8, XMM0 + 9, XMM0 + 14), "450f28ce") // movaps xmm9,xmm14
    E(enc_vex_fma(&e, 8, XMM0 + 9, XMM0 + 9, XMM0 + 14), "c442b1b9ce") // {vex3} vfmadd231sd xmm9,xmm9,xmm14
    E(enc_vex_fma(&e, 4, XMM0 + 9, XMM0 + 2, XMM0 + 14), "c44269b9ce") // {vex3} vfmadd231ss xmm9,xmm2,xmm14
    E(enc_rm(&e, I_MOVSD_MR, 4, XMM0 + 9, &(Mem){RSP, RCX, 3, 24, NULL}), "f2440f114ccc18") // movsd qword ptr [rsp+rcx*8+24],xmm9
    E(enc_rm(&e, I_MOVUPS_RM, 4, XMM0 + 9, &(Mem){RSP, RCX, 3, 24, NULL}), "440f104ccc18") // movups xmm9,[rsp+rcx*8+24]
    E(enc_rm(&e, I_CALL_M, 8, -1, &(Mem){R13, -1, 0, 0, NULL}), "41ff5500") // call qword ptr [r13+0]
    E(enc_rr(&e, I_CALL_M, 8, -1, R12), "41ffd4") // call r12
    E(enc_rm(&e, I_LEA, 8, R8, &(Mem){R13, -1, 0, 0, NULL}), "4d8d4500") // lea r8,[r13+0]
    E(enc_rm(&e, I_XCHG_MR, 4, RSI, &(Mem){R13, -1, 0, 0, NULL}), "41877500") // xchg dword ptr [r13+0],esi
    E(enc_rm(&e, I_CMPXCHG_MR, 8, R9, &(Mem){R13, -1, 0, 0, NULL}), "4d0fb14d00") // cmpxchg qword ptr [r13+0],r9
    E(enc_rm(&e, I_XADD_MR, 4, R9, &(Mem){R13, -1, 0, 0, NULL}), "450fc14d00") // xadd dword ptr [r13+0],r9d
    E(enc_rm(&e, I_MOV_RM, 8, RCX, &(Mem){-1, R9, 3, 64, NULL}), "4a8b0ccd40000000") // mov rcx,[r9*8+64]
    E(enc_rm(&e, I_MOV_RM, 4, RCX, &(Mem){-1, -1, 0, 0x1234, NULL}), "8b0c2534120000") // mov ecx,dword ptr ds:0x1234
    // clang-format on
    return bad != 0;
}
