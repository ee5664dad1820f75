// The portal page's beginning: sign-in or portal, by the address it was opened at.

import "../look.css";
import { mount } from "svelte";
import { ignoreDrops } from "../drops";
import { holdFocus } from "../heldFocus";
import Page from "./Page.svelte";

const target = document.getElementById("page") as HTMLElement;
// What the page says until this script runs.
target.replaceChildren();
ignoreDrops(window);
holdFocus(document.body);
mount(Page, { target });
