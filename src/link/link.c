// link.c - the stages of a link, in order.
#include "link/link_int.h"

// Makes the record when the program may be running already.
static void finish_later(Link *l) {
    Link *kept = ANEW(l->a, Link);
    LinkJob *job = ANEW(l->a, LinkJob);
    *job = *l->job;
    *kept = *l;
    kept->job = job;
    job->patch->unfinished = kept;
}

void link_end(Link *l) {
    for (i64 i = 0; i < l->bufs.len; i++) buf_free(&l->bufs.ptr[i]);
    l->bufs.len = 0;
}

bool link_executable(LinkJob *job, Buf *image) {
    Link l = {.job = job, .a = job->arena, .base = job->kind == LINK_PLUGIN ? 0 : LINK_BASE};
    i64 errors = diag_count(job->diag);
    bug_context("link", (Str){0});
    bool pruned = job->patch && job->patch->pruned;
    if (!pruned) link_read_archive(&l); // the runtime's sections and symbols stand beside the compiled ones
    Sym *entry = job->kind == LINK_PLUGIN || pruned ? NULL : obj_sym(job->syms, S("_start"));
    link_mark(&l, entry); // from here on no new symbol becomes part of the program
    if (diag_count(job->diag) > errors) return false;
    if (job->patch && link_patch_select(&l)) entry = NULL;
    else if (pruned) return true; // all is needed
    link_layout(&l);              // from here on every symbol has its address
    if (job->patch && job->patch->made) link_patch_record(&l);
    else if (job->patch) finish_later(&l);
    link_write(&l, image, entry);
    link_fips_sum(&l, image);
    if (l.plugin) link_share_sum(&l, image); // the last: nothing changes any more
    if (job->record && diag_count(job->diag) == errors) link_renew_record(&l, image->len, job->record);
    if (!job->patch || !job->patch->unfinished) link_end(&l);
    return diag_count(job->diag) == errors;
}
