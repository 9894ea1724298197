import {
  ArrowDownToLine,
  CaseSensitive,
  Check,
  ChevronDown,
  ChevronUp,
  ChevronsDownUp,
  CircleX,
  Clock,
  Copy,
  Download,
  Ellipsis,
  Link,
  Maximize,
  Regex,
  TriangleAlert,
  WrapText,
} from 'lucide'
import { lucideIcon } from '../../part/lucide-icon.tsx'

// The icons of the tools, apart from those of the lines: the tools are loaded later.
export const ArrowDownToLineIcon = /* @__PURE__ */ lucideIcon(ArrowDownToLine)
export const CaseSensitiveIcon = /* @__PURE__ */ lucideIcon(CaseSensitive)
export const CheckIcon = /* @__PURE__ */ lucideIcon(Check)
export const ChevronDownIcon = /* @__PURE__ */ lucideIcon(ChevronDown)
export const ChevronUpIcon = /* @__PURE__ */ lucideIcon(ChevronUp)
export const ChevronsDownUpIcon = /* @__PURE__ */ lucideIcon(ChevronsDownUp)
export const CircleXIcon = /* @__PURE__ */ lucideIcon(CircleX)
export const ClockIcon = /* @__PURE__ */ lucideIcon(Clock)
export const CopyIcon = /* @__PURE__ */ lucideIcon(Copy)
export const DownloadIcon = /* @__PURE__ */ lucideIcon(Download)
export const EllipsisIcon = /* @__PURE__ */ lucideIcon(Ellipsis)
export const LinkIcon = /* @__PURE__ */ lucideIcon(Link)
export const MaximizeIcon = /* @__PURE__ */ lucideIcon(Maximize)
export const RegexIcon = /* @__PURE__ */ lucideIcon(Regex)
export const TriangleAlertIcon = /* @__PURE__ */ lucideIcon(TriangleAlert)
export const WrapTextIcon = /* @__PURE__ */ lucideIcon(WrapText)
