import { mount } from "svelte";
import App from "./App.svelte";
import "./base.css";
import "./console.css";

const target = document.getElementById("app");
if (target !== null) mount(App, { target });
