// The whole application: one form, one page.
import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms';
import { createApp, h } from 'vue';

const answer = await fetch('form.xml');
const form = {
  formXml: await answer.text(),
  fetchFormAttachment: () => Promise.reject(new Error('our forms have no attachments')),
};
createApp({ render: () => h(OdkWebForm, form) }).use(webFormsPlugin).mount('#app');
