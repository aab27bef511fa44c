// mod.h - modules: versions, files, downloads, the module graph. What outside of mod/ is seen of it.
#pragma once
#include "mod/fetch.h"
#include "mod/get.h"
#include "mod/graph.h"
#include "mod/modfile.h"
#include "mod/modlist.h"
#include "mod/resolve.h"
#include "mod/version.h"
