import { mount } from "svelte";
import "../base.css";
import "./me.css";
import Me from "./Me.svelte";

const target = document.getElementById("app");
if (target !== null) mount(Me, { target });
